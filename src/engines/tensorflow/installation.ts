// The installed TensorFlow: in the user's cache by `engine install`, else by the npm package's own install step. The file
// that names an installation is written last, so an unfinished installation is never used.
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { cacheDirectory } from "../../system/cache.ts";
import { makeDirectory } from "../../system/make-directory.ts";
import { temporaryName } from "../../system/temporary-files.ts";
import type { TensorflowFiles } from "./backend.ts";

/** The npm package with the addon and the kernels. `engine install` fetches it if npm has dropped it. */
export const packageName = "@tensorflow/tfjs-node-gpu";
export const packageVersion = "4.22.0";

/** An installation by `engine install`. */
export interface Installation {
  /** TensorFlow's version. */
  readonly version: string;
  /** Whether the library has kernels for CUDA. */
  readonly cuda: boolean;
  /** The name of its directory, which is next to the file that names it. */
  readonly directory: string;
}

/** The directory of the engines. */
export function enginesDirectory(): string {
  return join(cacheDirectory(), "engines");
}

/** The active installation, or undefined if none was finished. */
export function readInstallation(): Installation | undefined {
  try {
    const { version, cuda, directory } = JSON.parse(readFileSync(namePath(), "utf8")) as Record<string, unknown>;
    const whole = typeof version === "string" && typeof cuda === "boolean" && typeof directory === "string";
    if (!whole || !Object.values(filesOf(directory)).every((path) => existsSync(path))) return undefined;
    return { version, cuda, directory };
  } catch {
    return undefined;
  }
}

/** Activates an installation and deletes all others. */
export function writeInstallation(installation: Installation): void {
  makeDirectory(enginesDirectory());
  const temporary = temporaryName(namePath());
  writeFileSync(temporary, `${JSON.stringify(installation, undefined, 2)}\n`, { flush: true });
  renameSync(temporary, namePath());
  removeDirectories(installation.directory);
}

/** Deletes every installation, unfinished ones too. Returns the installation that was active. */
export function removeInstallation(): Installation | undefined {
  const installation = readInstallation();
  rmSync(namePath(), { force: true });
  removeDirectories(undefined);
  return installation;
}

/** The files of an installation. */
export function filesOf(directory: string): Required<TensorflowFiles> {
  const root = join(enginesDirectory(), directory);
  return { package: join(root, "package"), addon: join(root, "tfjs_binding.node"), quiet: join(root, "quiet.node") };
}

/** The npm package in this program's node_modules, if npm could install it. */
export function findPackage(): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${packageName}/package.json`));
  } catch {
    return undefined;
  }
}

/** The npm package with the TensorFlow that its own install step fetched; undefined if that step failed. */
export function findPackageBuild(): TensorflowFiles | undefined {
  const directory = findPackage();
  const addon = directory && join(directory, "lib/napi-v8/tfjs_binding.node");
  return addon && existsSync(addon) ? { package: directory, addon } : undefined;
}

function namePath(): string {
  return join(enginesDirectory(), "tensorflow.json");
}

function removeDirectories(except: string | undefined): void {
  if (!existsSync(enginesDirectory())) return;
  for (const name of readdirSync(enginesDirectory())) {
    if (name.startsWith("tensorflow-") && name !== except) {
      rmSync(join(enginesDirectory(), name), { recursive: true, force: true });
    }
  }
}
