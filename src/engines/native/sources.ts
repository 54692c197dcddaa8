// The hash of the native engine's sources, by which an addon that was compiled from older sources is recognised: calling
// one with today's arguments could end the process.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";

/** As `hashOfSources` of bin/native-addon.js; undefined where the package in that directory has no sources. */
export function hashOfSources(directory: URL): string | undefined {
  const folder = new URL("src/engines/native/cpp/", directory);
  const flags = new URL("bin/native-addon.js", directory);
  if (!existsSync(folder) || !existsSync(flags)) return undefined;
  const hash = createHash("sha256");
  const files = readdirSync(folder).filter((name) => /\.(cc|h|inc)$/.test(name));
  for (const file of files.sort()) hash.update(`${file}\0`).update(readFileSync(new URL(file, folder)));
  return hash.update(readFileSync(flags)).digest("hex");
}
