// The paths and values of axes as text in labels and tables.
import type { AxisValue } from "./schema.ts";

/** "0.1"; a list as "100+150", and an empty one as "none". No two values of an axis have the same text. */
export function axisText(value: AxisValue): string {
  return Array.isArray(value) ? value.join("+") || "none" : String(value);
}

/** The last key of a path, or the whole path if another axis ends in the same key. */
export function shortKey(path: string, paths: readonly string[]): string {
  const last = path.slice(path.lastIndexOf(".") + 1);
  return paths.filter((other) => other.endsWith(`.${last}`)).length > 1 ? path : last;
}
