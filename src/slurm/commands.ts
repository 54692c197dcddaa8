// Calls of Slurm's own commands: sbatch, squeue and scontrol. Nothing else is needed of a cluster.
import { execFile } from "node:child_process";
import { errorCode, UserError } from "../errors.ts";

/** What a command answered, or its own line about what went wrong. */
export type Answer = { readonly text: string } | { readonly problem: string };

/** Seconds until a controller that does not answer is given up. */
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

/** The same for a call that nothing can go on without. @throws UserError with the command's own line */
export async function needSlurm(...[command, args]: Parameters<typeof askSlurm>): Promise<string> {
  const answer = await askSlurm(command, args);
  if ("text" in answer) return answer.text;
  throw new UserError(`Expected ${command} to answer, got: ${answer.problem}.`, [
    "Slurm's commands are on the login node of a cluster; without --on slurm the runs are trained here.",
  ]);
}

/** What the cluster is called, and the most tasks that an array may have. */
export async function clusterFacts(): Promise<{ readonly name: string; readonly maxArraySize: number }> {
  const text = await needSlurm("scontrol", ["show", "config"]);
  const value = (key: string) => new RegExp(`^${key}\\s*=\\s*(\\S+)`, "m").exec(text)?.[1];
  return { name: value("ClusterName") ?? "", maxArraySize: Number(value("MaxArraySize") ?? 1001) };
}

/**
 * This process's variables without those that Slurm gave the job that it may be part of: handed on, the count of restarts
 * of one job would be another's. Users' defaults for sbatch are SBATCH_*, and stay.
 */
function environment(): NodeJS.ProcessEnv {
  const own = (name: string) => name.startsWith("SLURM_") && name !== "SLURM_CONF";
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own(name)));
}
