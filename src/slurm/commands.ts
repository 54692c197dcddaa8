// Calls Slurm's own commands, sbatch, squeue and scontrol. The program needs nothing else from a cluster.
import { execFile } from "node:child_process";
import { errorCode, UserError } from "../errors.ts";

/** What a command printed, or its own error message. */
export type Answer = { readonly text: string } | { readonly problem: string };

/** Seconds to wait for an answer from Slurm's controller. */
const patience = 60;

/** Calls one of Slurm's commands. */
export function askSlurm(command: "sbatch" | "squeue" | "scontrol", args: readonly string[]): Promise<Answer> {
  return new Promise((resolve) => {
    const options = { env: environment(), timeout: 1000 * patience, maxBuffer: 2 ** 28 };
    execFile(command, args, options, (error, stdout, stderr) => {
      if (!error) return resolve({ text: stdout });
      const missing = errorCode(error) === "ENOENT";
      resolve({ problem: missing ? `there is no ${command} in PATH` : stderr.trim() || error.message });
    });
  });
}

/** The same for a call that must succeed. @throws UserError with the command's own message */
export async function needSlurm(...[command, args]: Parameters<typeof askSlurm>): Promise<string> {
  const answer = await askSlurm(command, args);
  if ("text" in answer) return answer.text;
  throw new UserError(`Expected ${command} to answer, got: ${answer.problem}.`, [
    "Slurm's commands are on the login node of a cluster. Without --on slurm, the runs are trained on this machine.",
  ]);
}

/** The cluster's name, and how many tasks an array may have. */
export async function clusterFacts(): Promise<{ readonly name: string; readonly maxArraySize: number }> {
  const text = await needSlurm("scontrol", ["show", "config"]);
  const value = (key: string) => new RegExp(`^${key}\\s*=\\s*(\\S+)`, "m").exec(text)?.[1];
  return { name: value("ClusterName") ?? "", maxArraySize: Number(value("MaxArraySize") ?? 1001) };
}

/**
 * This process's variables, without those that Slurm set if the process itself runs in a job: a new job must not inherit
 * the count of restarts. Users' defaults for sbatch, SBATCH_*, are kept.
 */
function environment(): NodeJS.ProcessEnv {
  const own = (name: string) => name.startsWith("SLURM_") && name !== "SLURM_CONF";
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own(name)));
}
