// Whether a GPU can be had at all, without asking any driver.
import { readdirSync } from "node:fs";

/** False only where there is surely none: engines that need one are then not worth loading. */
export function mayHaveGpu(): boolean {
  if (process.platform !== "linux") return true;
  const nodes = (directory: string, pattern: RegExp) => {
    try {
      return readdirSync(directory).some((name) => pattern.test(name));
    } catch {
      return false;
    }
  };
  return nodes("/dev/dri", /^renderD/) || nodes("/dev", /^(nvidia\d|dxg$|kgsl)/);
}
