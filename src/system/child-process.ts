// Runs a module of this program in a child process, so that a crash of a native library ends only the child. The two
// processes exchange messages. What the child prints is kept, to explain a crash.
import { type ChildProcess, fork } from "node:child_process";

/** A child process. */
export interface Child {
  readonly process: ChildProcess;
  /** Resolves when it has ended: undefined after success, else how it ended: "by SIGSEGV", "with exit code 1: …". */
  readonly ended: Promise<string | undefined>;
}

/** Starts a module. It ends with this process at the latest. `env` is added to this process's variables. */
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

/** ": " and the first line that names an error; "" where there is none. */
function errorIn(printed: string): string {
  const line = printed.split("\n").find((each) => /error|fatal|abort/i.test(each));
  return line ? `: ${line.trim()}` : "";
}
