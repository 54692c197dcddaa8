// The first few names of a list, for use in a sentence.
import { printable } from "../errors.ts";
import { grouped } from "./quantities.ts";

const named = 3;

/** "a, b, c and 12 more". @param total the number of all names, if `names` is only a part */
export function listed(names: readonly string[], total: number = names.length): string {
  const shown = names.slice(0, named).map(printable);
  return shown.join(", ") + (total > shown.length ? ` and ${grouped(total - shown.length)} more` : "");
}
