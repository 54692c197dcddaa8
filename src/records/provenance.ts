// Where a run's numbers come from: versions, source, engine and machine, as far as this list goes and no further.
// Takes nothing from the environment, no user name and no host name: records are published.
import { execFileSync } from "node:child_process";
import { readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { arch, availableParallelism, cpus, release, type } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";

/** What a run's numbers were made with. */
export interface Provenance {
  /** The command as typed, without node and the script's path. */
  readonly command: readonly string[];
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly node: string;
  /** This program and the packages it depends on that are installed, with their versions. */
  readonly packages: Readonly<Record<string, string>>;
  /** Of this program's own repository; null where it was not run from one. */
  readonly gitCommit: string | null;
  /** Whether files other than results differ from that commit. */
  readonly gitDirty: boolean | null;
  readonly engine: {
    readonly name: string;
    readonly description: string;
    readonly version: string;
    readonly threads: number;
    readonly device: { readonly kind: "cpu" | "gpu"; readonly name: string };
  };
  readonly cpu: string;
  readonly cores: number;
  readonly os: string;
}

const packageSchema = z.object({
  name: z.string(),
  version: z.string(),
  dependencies: z.record(z.string(), z.string()).default({}),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
});

/** Gathers a new run's provenance; `engine` is the one that will train it. */
export function gatherProvenance(engine: Provenance["engine"]): Provenance {
  // This file is src/records/provenance.ts or dist/records/provenance.js.
  const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
  return {
    command: ["resnet-exp", ...process.argv.slice(2)],
    createdAt: new Date().toISOString(),
    node: process.version,
    packages: packageVersions(root),
    ...gitState(root),
    engine: {
      name: engine.name,
      description: engine.description,
      version: engine.version,
      threads: engine.threads,
      device: engine.device,
    },
    cpu: cpus()[0]?.model.trim() || "unknown",
    cores: availableParallelism(),
    os: `${type()} ${release()} ${arch()}`,
  };
}

function packageVersions(root: string): Record<string, string> {
  const own = readPackage(root);
  if (!own) return {};
  const versions: Record<string, string> = { [own.name]: own.version };
  const require = createRequire(join(root, "package.json"));
  for (const name of Object.keys({ ...own.dependencies, ...own.optionalDependencies }).sort()) {
    for (const folder of require.resolve.paths(name) ?? []) {
      const found = readPackage(join(folder, name));
      if (!found) continue;
      versions[name] = found.version;
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

function gitState(root: string): Pick<Provenance, "gitCommit" | "gitDirty"> {
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
