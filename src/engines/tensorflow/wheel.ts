// What a Python wheel's name and metadata say: whether it is TensorFlow's, for this machine, and which CUDA it wants.
import { basename } from "node:path";

/** A wheel's file name taken apart, as PEP 427 puts it together. */
export interface WheelName {
  /** As package indexes spell it: "tensorflow-cpu". */
  readonly distribution: string;
  readonly version: string;
  /** "manylinux_2_27_x86_64"; several where a wheel serves several. */
  readonly platforms: readonly string[];
}

/** Parts of the name of a wheel's file, or undefined where it is not the name of one. */
export function parseWheelName(path: string): WheelName | undefined {
  const parts = /^([^-]+)-([^-]+)(?:-\d[^-]*)?-[^-]+-[^-]+-([^-]+)\.whl$/.exec(basename(path));
  if (!parts) return undefined;
  const [, distribution, version, platforms] = parts as unknown as [string, string, string, string];
  return { distribution: normalised(distribution), version, platforms: platforms.split(".") };
}

/** Whether a wheel's library runs on a machine: that its C library is new enough, only the loader knows. */
export function runsOn(wheel: WheelName, machine: Pick<NodeJS.Process, "platform" | "arch"> = process): boolean {
  const { platform, arch } = machine;
  const processor = { x64: "x86_64", arm64: platform === "darwin" ? "arm64" : "aarch64" }[arch as string];
  const system = { linux: /^(?:many)?linux/, darwin: /^macosx/, win32: /^win/ }[platform as string];
  if (!processor || !system) return false;
  return wheel.platforms.some((each) => system.test(each) && each.endsWith(`_${processor}`));
}

/** What a wheel's METADATA requires beside it for CUDA, as pip takes it: "nvidia-cudnn-cu12<10.0,>=9.3.0.75". */
export function cudaRequirements(metadata: string): string[] {
  return metadata
    .split(/\r?\n/)
    .map((line) => /^Requires-Dist:\s*([^;]+?)\s*;(.*)$/.exec(line))
    .filter((parts) => parts !== null && /\bextra\s*==\s*["']and[-_]cuda["']/.test(parts[2]!))
    .map((parts) => parts![1]!.replaceAll(/[\s()]/g, ""));
}

/** The distribution that a requirement names: "nvidia-cudnn-cu12". */
export function requiredDistribution(requirement: string): string {
  return normalised(/^[\w.-]+/.exec(requirement)?.[0] ?? requirement);
}

function normalised(distribution: string): string {
  return distribution.toLowerCase().replaceAll(/[-_.]+/g, "-");
}
