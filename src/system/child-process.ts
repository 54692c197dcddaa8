// A module of this program in a process of its own, where a crash of a native library ends nothing else. The two talk in
// messages; what it prints is kept for the case that it crashes.
import { type ChildProcess, fork } from "node:child_process";

/** A process that was started. */
export interface Child {
  readonly process: ChildProcess;
  /** Resolves when it has ended: undefined where all went well, else how: "by SIGSEGV", "with exit code 1: TypeError…". */
  readonly ended: Promise<string | undefined>;
}

/** Starts a module; it ends with this process, at the latest. `env` are variables beside this process's own. */
export function startChild(module: URL, env: NodeJS.ProcessEnv = {}): Child {
  const child = fork(module, {
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    serialization: "advanced",
    env: { ...process.env, ...env },
  });
  const kill = () => void child.kill("SIGKILL");
  process.on("exit", kill);
  let printed = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    printed = (printed + text).slice(-10_000);
  });
  const ended = new Promise<string | undefined>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      process.off("exit", kill);
      if (code === 0) resolve(undefined);
      else resolve(`${signal ? `by ${signal}` : `with exit code ${code}`}${errorIn(printed)}`);
    });
  });
  return { process: child, ended };
}

/** ": " and the first line that names an error, where there is one. */
function errorIn(printed: string): string {
  const line = printed.split("\n").find((each) => /error|fatal|abort/i.test(each));
  return line ? `: ${line.trim()}` : "";
}
