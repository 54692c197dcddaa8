// What the machine refuses wherever it is asked, as something that the user can mend.
import { errorCode, UserError } from "../../errors.ts";

/** The user's side of an error of the system; undefined where it has none. */
export function systemProblem(error: unknown): UserError | undefined {
  const code = errorCode(error);
  if (code === "EMFILE" || code === "ENFILE") {
    return new UserError(`Expected to open more files at once, got ${code}: the limit is reached.`, [
      "Raise it in this shell with `ulimit -n 1024`, then type the same command again.",
    ]);
  }
  if (code === "ENOENT" && (error as NodeJS.ErrnoException).syscall === "uv_cwd") {
    return new UserError("Expected the working directory to be there, got one that was removed.", [
      "Change to a directory that is there, then type the same command again.",
    ]);
  }
  return undefined;
}
