// Whether another process of this machine lives, so that what a dead one left can be told from what a living one holds.
import { errorCode } from "../errors.ts";

/** Whether a process of that id is there, also where it is another user's. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === "EPERM";
  }
}
