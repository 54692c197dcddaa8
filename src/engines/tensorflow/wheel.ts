// The name and metadata of a Python wheel: whether it is TensorFlow's, fits this machine, and which CUDA it needs.
import { basename } from "node:path";

/** The parts of a wheel's file name, by PEP 427. */
export interface WheelName {
  /** Spelled as in package indexes: "tensorflow-cpu". */
  readonly distribution: string;
  readonly version: string;
  /** "manylinux_2_27_x86_64"; a wheel may have several. */
  readonly platforms: readonly string[];
}

/** The parts of a wheel's file name, or undefined if it is not one. */
export function parseWheelName(path: string): WheelName | undefined {
  const parts = /^([^-]+)-([^-]+)(?:-\d[^-]*)?-[^-]+-[^-]+-([^-]+)\.whl$/.exec(basename(path));
  if (!parts) return undefined;
  const [, distribution, version, platforms] = parts as unknown as [string, string, string, string];
  return { distribution: normalised(distribution), version, platforms: platforms.split(".") };
}

/** Whether a wheel's library fits a machine. Only the loader knows whether the C library is new enough. */
export function runsOn(wheel: WheelName, machine: Pick<NodeJS.Process, "platform" | "arch"> = process): boolean {
  const { platform, arch } = machine;
  const processor = { x64: "x86_64", arm64: platform === "darwin" ? "arm64" : "aarch64" }[arch as string];
  const system = { linux: /^(?:many)?linux/, darwin: /^macosx/, win32: /^win/ }[platform as string];
  if (!processor || !system) return false;
  return wheel.platforms.some((each) => system.test(each) && each.endsWith(`_${processor}`));
}

/** The requirements for CUDA in a wheel's METADATA, in pip's syntax: "nvidia-cudnn-cu12<10.0,>=9.3.0.75". */
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
