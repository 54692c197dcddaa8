// Where a run's numbers come from: versions, source, engine and machine. `Provenance` lists everything that a record may
// say about the machine, and docs/troubleshooting.md repeats the list. Records are published, so they have no
// environment variables and no names of users, hosts or home directories.
import { execFileSync } from "node:child_process";
import { readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { arch, cpus, release, type } from "node:os";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { availableCores } from "../system/cores.ts";

/** What a run's numbers were made with. Besides the experiment and its results, a record has only this. */
export interface Provenance {
  /** As typed, without private paths: see `recordedCommand`. */
  readonly command: readonly string[];
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly node: string;
  /** The versions of this program and of the installed packages that it depends on. */
  readonly packages: Readonly<Record<string, string>>;
  /** The commit of this program's own repository; null where the program was not run from one. */
  readonly gitCommit: string | null;
  /** Whether files other than results differ from that commit. */
  readonly gitDirty: boolean | null;
  /** The engine that began the run. */
  readonly engine: RecordedEngine;
  /** Each time the run resumed, in order: from which iteration, and with which engine. */
  readonly sittings?: readonly Sitting[];
  readonly cpu: string;
  readonly cores: number;
  readonly os: string;
}

export interface RecordedEngine {
  readonly name: string;
  readonly description: string;
  /** The instruction set that its kernels were compiled for, where there are several. */
  readonly variant?: string;
  readonly version: string;
  readonly threads: number;
  readonly device: { readonly kind: "cpu" | "gpu"; readonly name: string };
}

export interface Sitting {
  /** The iteration of the checkpoint that the run resumed from. */
  readonly iteration: number;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** As in `Provenance`. Sittings of version 0.1.0 have neither. */
  readonly gitCommit?: string | null;
  readonly gitDirty?: boolean | null;
  readonly engine: RecordedEngine;
}

const packageSchema = z.object({
  name: z.string(),
  version: z.string(),
  dependencies: z.record(z.string(), z.string()).default({}),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
});

// This file is src/records/provenance.ts or dist/records/provenance.js.
const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** Gathers the provenance of a new run. `engine` will train it; `command` comes from `recordedCommand`. */
export function gatherProvenance(engine: RecordedEngine, command: readonly string[]): Provenance {
  return {
    command,
    createdAt: new Date().toISOString(),
    node: process.version,
    ...ownCode(),
    engine: recordedEngine(engine),
    cpu: cpus()[0]?.model.trim() || "unknown",
    cores: availableCores(),
    os: `${type()} ${release()} ${arch()}`,
  };
}

/**
 * "resnet-exp" and the words typed after it. A path outside the working directory may show names of the machine or its
 * users: only the file name of an experiment file is kept, and any other path becomes "…".
 */
export function recordedCommand(words: readonly string[], directory = process.cwd()): string[] {
  const recorded = words.map((word) => {
    const [, option = "", value = ""] = /^(--[\w-]+=)?(.*)$/s.exec(word) ?? [];
    if (!/^([/~]|[A-Za-z]:[\\/]|\.\.([\\/]|$))/.test(value)) return word;
    const path = relative(directory, resolve(directory, value));
    const leadsOut = value.startsWith("~") || path.startsWith("..") || isAbsolute(path);
    if (!leadsOut) return option + (path || ".");
    return option + (/\.ya?ml$/.test(value) ? basename(value) : "…");
  });
  return ["resnet-exp", ...recorded];
}

/** The profiles in a recorded command, in their order. */
export function typedProfiles(command: readonly string[]): string[] {
  return command.flatMap((word, i) => {
    if (word.startsWith("--profile=")) return [word.slice("--profile=".length)];
    return word === "--profile" ? command.slice(i + 1, i + 2) : [];
  });
}

/** The same as text, such as "cifar10"; undefined where it has none. */
export function typedProfile(command: readonly string[]): string | undefined {
  return typedProfiles(command).join(", ") || undefined;
}

/** The provenance of a run that resumes from the checkpoint of an iteration. */
export function withSitting(provenance: Provenance, iteration: number, engine: RecordedEngine): Provenance {
  const startedAt = new Date().toISOString();
  const { gitCommit, gitDirty } = ownCode();
  const sitting = { iteration, startedAt, gitCommit, gitDirty, engine: recordedEngine(engine) };
  return { ...provenance, sittings: [...(provenance.sittings ?? []), sitting] };
}

/** The engine that last trained the run. */
export function lastEngine({ engine, sittings }: Provenance): RecordedEngine {
  return sittings?.at(-1)?.engine ?? engine;
}

/** The sittings that used another engine, version, instruction set or GPU than the sitting before. */
export function engineChanges({ engine, sittings = [] }: Provenance): Sitting[] {
  const code = ({ name, version, variant, device }: RecordedEngine) =>
    [name, version, variant, device.kind === "gpu" ? device.name : "cpu"].join();
  return sittings.filter((sitting, i) => code(sitting.engine) !== code(sittings[i - 1]?.engine ?? engine));
}

// Drops keys that are not on the list.
function recordedEngine({ name, description, variant, version, threads, device }: RecordedEngine): RecordedEngine {
  return { name, description, ...(variant !== undefined && { variant }), version, threads, device };
}

type OwnCode = Pick<Provenance, "packages" | "gitCommit" | "gitDirty">;
let found: OwnCode | undefined;

/** What this process runs: asked once, as the code that it has loaded stays what it is. */
function ownCode(): OwnCode {
  found ??= { packages: packageVersions(), ...gitState() };
  return found;
}

function packageVersions(): Record<string, string> {
  const own = readPackage(root);
  if (!own) return {};
  const versions: Record<string, string> = { [own.name]: own.version };
  const require = createRequire(join(root, "package.json"));
  for (const name of Object.keys({ ...own.dependencies, ...own.optionalDependencies }).sort()) {
    for (const folder of require.resolve.paths(name) ?? []) {
      const other = readPackage(join(folder, name));
      if (!other) continue;
      versions[name] = other.version;
      break;
    }
  }
  return versions;
}

function readPackage(folder: string): z.infer<typeof packageSchema> | undefined {
  try {
    return packageSchema.parse(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")));
  } catch {
    return undefined;
  }
}

function gitState(): Omit<OwnCode, "packages"> {
  // An installed copy may lie inside someone else's repository, whose commit says nothing about this program.
  const top = git(root, "rev-parse", "--show-toplevel");
  if (top === undefined || realpathSync(top) !== realpathSync(root)) return { gitCommit: null, gitDirty: null };
  const changes = git(root, "status", "--porcelain", "--", ".", ":!results");
  return {
    gitCommit: git(root, "rev-parse", "--verify", "--quiet", "HEAD") ?? null,
    gitDirty: changes === undefined ? null : changes !== "",
  };
}

function git(root: string, ...parameters: string[]): string | undefined {
  try {
    return execFileSync("git", ["--no-optional-locks", ...parameters], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 10_000,
    }).trim();
  } catch {
    return undefined;
  }
}
