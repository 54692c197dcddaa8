// A real Slurm cluster with three nodes on this machine, from Debian's packages. Each node has its own namespaces: its own
// host name, process ids and boot id. All share the file system and talk over loopback. Slurm's waiting times are short.
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

export type NodeName = "n1" | "n2" | "n3";
const nodeNames: readonly NodeName[] = ["n1", "n2", "n3"];

/** Why a cluster cannot be started here; undefined if it can. */
export function noCluster(): string | undefined {
  if (process.getuid?.() !== 0) return "only root can start a cluster";
  for (const command of ["munged", "slurmctld", "slurmd", "sbatch", "unshare"]) {
    if (spawnSync("sh", ["-c", `command -v ${command}`]).status !== 0) return `there is no ${command}`;
  }
  return spawnSync("unshare", ["--uts", "--mount", "--pid", "--fork", "--mount-proc", "true"]).status === 0
    ? undefined
    : "process namespaces are not allowed";
}

/** A running cluster. Must be ended. */
export class Cluster {
  /** The variables that Slurm's commands and our program need. */
  readonly env: NodeJS.ProcessEnv;
  readonly #directory: string;
  readonly #processes = new Map<string, ChildProcess>();

  private constructor(directory: string) {
    this.#directory = directory;
    this.env = { SLURM_CONF: join(directory, "slurm.conf") };
  }

  static async start(directory: string, port: number): Promise<Cluster> {
    const cluster = new Cluster(directory);
    try {
      await cluster.#start(directory, port);
    } catch (error) {
      await cluster.end();
      throw error;
    }
    return cluster;
  }

  async #start(directory: string, port: number): Promise<void> {
    writeFileSync(join(directory, "slurm.conf"), configuration(directory, port));
    writeFileSync(
      join(directory, "gres.conf"),
      `AutoDetect=off\nNodeName=n[1-2] Name=gpu File=${directory}/gpu[0-1]\n`,
    );
    for (const gpu of ["gpu0", "gpu1"]) execFileSync("mknod", ["-m", "666", join(directory, gpu), "c", "1", "3"]);
    for (const name of ["munge", "ctl", ...nodeNames]) mkdirSync(join(directory, name));
    const key = join(directory, "munge", "key");
    writeFileSync(key, randomBytes(128));
    chmodSync(key, 0o400);
    const hosts = readFileSync("/etc/hosts", "utf8");
    writeFileSync(join(directory, "hosts"), `${hosts}\n127.0.0.1 ctl n1 n2 n3 ${hostname()}\n`);

    const munge = join(directory, "munge");
    this.#spawn("munge", "munged", [
      ...["--foreground", "--force", `--key-file=${key}`, `--socket=${munge}/socket`, `--seed-file=${munge}/seed`],
      ...[`--log-file=${munge}/log`, `--pid-file=${munge}/pid`],
    ]);
    await until("munged to answer", () => existsSync(`${munge}/socket`));
    this.#spawn("ctl", "unshare", [
      ...["--uts", "--mount", "sh", "-c"],
      ...['hostname ctl; mount --bind "$1/hosts" /etc/hosts; exec slurmctld -D', "sh", directory],
    ]);
    for (const name of nodeNames) this.startNode(name);
    await until("three idle nodes", () => this.idleNodes() === 3);
  }

  /** Calls one of Slurm's commands. @returns its standard output */
  ask(command: string, ...args: string[]): string {
    return execFileSync(command, args, { env: { ...process.env, ...this.env }, encoding: "utf8" });
  }

  idleNodes(): number {
    const args = ["-h", "-N", "-p", "main", "-t", "idle", "-o", "%N"];
    const { stdout, status } = spawnSync("sinfo", args, { env: { ...process.env, ...this.env }, encoding: "utf8" });
    return status === 0 ? new Set(stdout.split("\n").filter(Boolean)).size : 0;
  }

  startNode(name: NodeName): void {
    // As process 1 of a namespace, its death kills all its jobs, as when a machine loses power.
    const script = `hostname "$1"
      mount --bind "$2/hosts" /etc/hosts
      cat /proc/sys/kernel/random/uuid > "$2/$1/boot_id"
      mount --bind "$2/$1/boot_id" /proc/sys/kernel/random/boot_id
      slurmd -D -N "$1" & echo $! > "$2/$1/slurmd"
      wait $!
      sleep infinity`;
    const space = ["--uts", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
    this.#spawn(name, "unshare", [...space, "sh", "-c", script, "sh", name, this.#directory]);
  }

  /** Imitates a loss of power: kills the node at once, with everything that is running on it. */
  async loseNode(name: NodeName): Promise<void> {
    await this.#kill(name);
  }

  /** Kills the process that talks to the controller; jobs on the node keep running. */
  cutOffNode(name: NodeName): void {
    const child = this.#processes.get(name)!;
    const pid = readFileSync(join(this.#directory, name, "slurmd"), "utf8").trim();
    const inner = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8").trim();
    execFileSync("nsenter", ["-t", inner, "-p", "-m", "kill", "-KILL", pid]);
  }

  async end(): Promise<void> {
    for (const name of [...nodeNames, "ctl", "munge"]) await this.#kill(name);
  }

  /** Its processes and mounts that are still there, those of its jobs included. */
  leftovers(): string[] {
    const mounts = readFileSync("/proc/self/mountinfo", "utf8").split("\n");
    const processes = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    return [...mounts, ...processes.map(describeProcess)].filter((text) => text.includes(this.#directory));
  }

  #spawn(name: string, command: string, args: readonly string[]): void {
    const out = openSync(join(this.#directory, `${name}.out`), "a");
    const child = spawn(command, args, { env: { ...process.env, ...this.env }, stdio: ["ignore", out, out] });
    this.#processes.set(name, child);
  }

  async #kill(name: string): Promise<void> {
    const child = this.#processes.get(name);
    this.#processes.delete(name);
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.on("close", resolve));
    child.kill("SIGKILL");
    await ended;
  }
}

/** Waits until a condition holds. */
export async function until(what: string, holds: () => boolean, seconds = 60): Promise<void> {
  const end = performance.now() + 1000 * seconds;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`Waited ${seconds} s for ${what}.`);
    await setTimeout(50);
  }
}

/** The words and variables that a process was started with; "" if it has ended. */
function describeProcess(pid: string): string {
  try {
    return ["cmdline", "environ"].map((file) => readFileSync(`/proc/${pid}/${file}`, "utf8")).join(" ");
  } catch {
    return "";
  }
}

function configuration(directory: string, port: number): string {
  const nodes = nodeNames.map((name, i) => {
    const gpus = name === "n3" ? "" : " Gres=gpu:2";
    return `NodeName=${name} NodeAddr=127.0.0.1 Port=${port + 1 + i} CPUs=2 RealMemory=4000${gpus}`;
  });
  const partition = (name: string, more: string) =>
    `PartitionName=${name} Nodes=n[1-3] MaxTime=60 DefaultTime=10 ${more}`;
  return [
    ...["ClusterName=test", "SlurmctldHost=ctl(127.0.0.1)", `SlurmctldPort=${port}`],
    ...["CommunicationParameters=NoInAddrAny,NoCtldInAddrAny", "SlurmUser=root", "SlurmdUser=root"],
    // A requeued task waits until its old credential has expired.
    ...["AuthType=auth/munge", `AuthInfo=socket=${directory}/munge/socket,cred_expire=5`, "CredType=cred/munge"],
    ...[`StateSaveLocation=${directory}/ctl`, `SlurmctldPidFile=${directory}/ctl/pid`],
    ...[`SlurmctldLogFile=${directory}/ctl/log`, `SlurmdSpoolDir=${directory}/%n`],
    ...[`SlurmdPidFile=${directory}/%n/pid`, `SlurmdLogFile=${directory}/%n/log`],
    ...["ProctrackType=proctrack/linuxproc", "TaskPlugin=task/none", "JobAcctGatherType=jobacct_gather/none"],
    ...["AccountingStorageType=accounting_storage/none", "MpiDefault=none", "MailProg=/bin/true"],
    // Nodes may claim more cores than the machine has.
    ...["SlurmdParameters=config_overrides", "SelectType=select/cons_tres", "SelectTypeParameters=CR_CPU_Memory"],
    ...["DefMemPerCPU=500", "GresTypes=gpu", "MaxArraySize=1001", "ReturnToService=2"],
    ...["PreemptType=preempt/partition_prio", "PreemptMode=REQUEUE", "JobRequeue=1"],
    "SchedulerParameters=sched_interval=1,bf_interval=1,sched_min_interval=100000,batch_sched_delay=0",
    ...["SlurmctldTimeout=10", "SlurmdTimeout=6", "KillWait=3", "MinJobAge=10", "MessageTimeout=10"],
    ...nodes,
    partition("main", "Default=YES PriorityTier=1 PreemptMode=REQUEUE GraceTime=0"),
    partition("urgent", "PriorityTier=10 PreemptMode=OFF"),
    "",
  ].join("\n");
}
