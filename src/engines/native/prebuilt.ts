// The prebuilt binaries of the native engine, for machines without a compiler. bin/build-prebuilt.js makes them.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";

/** What prebuilt/index.json holds: for each platform, such as "linux-x64", the digest and the stamp of its binary. */
interface Index {
  readonly binaries: Readonly<Record<string, { readonly sha256: string; readonly stamp: string }>>;
}

/** This machine's binary in the package in that directory, or why there is none: "" where the package has no binaries. */
export function findPrebuilt(
  directory: URL,
  platform = `${process.platform}-${process.arch}`,
): { readonly file: URL; readonly stamp: string } | { readonly unavailable: string } {
  const index = new URL("prebuilt/index.json", directory);
  if (!existsSync(index)) return { unavailable: "" };
  const { binaries } = JSON.parse(readFileSync(index, "utf8")) as Index;
  const binary = binaries[platform];
  const file = new URL(`prebuilt/${platform}.node`, directory);
  if (!binary || !existsSync(file)) return { unavailable: `there is no prebuilt binary for ${platform}` };
  if (createHash("sha256").update(readFileSync(file)).digest("hex") !== binary.sha256) {
    return { unavailable: `the prebuilt binary for ${platform} has the wrong digest` };
  }
  return { file, stamp: binary.stamp };
}
