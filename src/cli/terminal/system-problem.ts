// Errors of the system that can happen anywhere and that the user can correct.
import { errorCode, UserError } from "../../errors.ts";

/** An error of the system as a UserError; undefined where the user cannot correct it. */
export function systemProblem(error: unknown): UserError | undefined {
  const code = errorCode(error);
  if (code === "EMFILE" || code === "ENFILE") {
    return new UserError(`Expected to open more files at once, got ${code}: the limit is reached.`, [
      "Raise it in this shell with `ulimit -n 1024`, then type the same command again.",
    ]);
  }
  if (code === "ENOENT" && (error as NodeJS.ErrnoException).syscall === "uv_cwd") {
    return new UserError("Expected the working directory to exist, got one that was removed.", [
      "Change to a directory that exists, then type the same command again.",
    ]);
  }
  return undefined;
}
