// Calls Slurm's own commands, sbatch, squeue and scontrol. The program needs nothing else from a cluster.
import { execFile } from "node:child_process";
import { errorCode, UserError } from "../errors.ts";
import { ownVariables } from "./options.ts";

/** What a command printed, or its own error message. */
export type Answer =
  | { readonly text: string }
  | {
      readonly problem: string;
      /** Whether the command is not in PATH. */
      readonly isMissing: boolean;
    };

/** Seconds to wait for an answer from Slurm's controller. */
const patience = 60;

/** Calls one of Slurm's commands. @param isLeftOut whether it must not see an environment variable */
export function askSlurm(
  command: "sbatch" | "squeue" | "scontrol",
  args: readonly string[],
  isLeftOut: (variable: string) => boolean = () => false,
): Promise<Answer> {
  return new Promise((resolve) => {
    const options = { env: environment(isLeftOut), timeout: 1000 * patience, maxBuffer: 2 ** 28 };
    execFile(command, args, options, (error, stdout, stderr) => {
      if (!error) return resolve({ text: stdout });
      const isMissing = errorCode(error) === "ENOENT";
      resolve({ problem: isMissing ? `there is no ${command} in PATH` : stderr.trim() || error.message, isMissing });
    });
  });
}

/** The same for a call that must succeed. @throws UserError with the command's own message */
export async function needSlurm(...call: Parameters<typeof askSlurm>): Promise<string> {
  const answer = await askSlurm(...call);
  if ("text" in answer) return answer.text;
  const [command] = call;
  const { problem, isMissing } = answer;
  if (isMissing) {
    throw new UserError(`Expected ${command} to answer, got: ${problem}.`, [
      "Slurm's commands are on the login node of a cluster. Without --on slurm, the runs are trained on this machine.",
    ]);
  }
  throw command === "sbatch"
    ? new UserError("Expected sbatch to accept the runs, got its error:", [
        ...problem.split("\n"),
        "Change the options of --slurm, of the experiment file or in SBATCH_*, and type the same command again.",
      ])
    : new UserError(`Expected ${command} to answer, got its error:`, [
        ...problem.split("\n"),
        "Type the same command again when Slurm answers.",
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
 * the count of restarts. Users' defaults for sbatch, SBATCH_*, are kept, except for options that this program sets.
 */
function environment(isLeftOut: (variable: string) => boolean): NodeJS.ProcessEnv {
  const own = (name: string) => ownVariables.includes(name) || (name.startsWith("SLURM_") && name !== "SLURM_CONF");
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own(name) && !isLeftOut(name)));
}
