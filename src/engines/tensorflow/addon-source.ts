// The npm package's addon: its source from node_modules, or from the registry if npm has dropped the package, and the
// compiler calls that link it to TensorFlow's library.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { cp, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { UserError } from "../../errors.ts";
import { makeDirectory } from "../../system/make-directory.ts";
import { runCommand } from "./command.ts";
import { findPackage, packageName, packageVersion } from "./installation.ts";

/**
 * Puts the npm package into `root/package`, with empty packages in place of the packages that it imports. The engine
 * replaces them by TensorFlow.js's core when it loads.
 * @throws UserError if the package is not here and npm cannot fetch it
 */
export async function bringPackage(root: string, signal?: AbortSignal): Promise<void> {
  for (const name of ["tfjs", "tfjs-core"]) {
    const directory = join(root, "node_modules/@tensorflow", name);
    makeDirectory(directory);
    await writeFile(join(directory, "index.js"), "// The engine puts TensorFlow.js's core in the place of this.\n");
  }
  const target = join(root, "package");
  if (versionOf(target) === packageVersion) return;
  const partial = join(root, "package.part");
  await rm(partial, { recursive: true, force: true });
  makeDirectory(partial);
  const present = findPackage();
  if (present !== undefined && versionOf(present) === packageVersion) {
    for (const name of ["dist", "binding", "package.json"]) {
      await cp(join(present, name), join(partial, name), { recursive: true });
    }
  } else {
    await fetchPackage(partial, signal);
  }
  await rm(target, { recursive: true, force: true });
  await rename(partial, target);
}

function versionOf(directory: string): string | undefined {
  const path = join(directory, "package.json");
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as { version?: string }).version : undefined;
}

/** npm checks the download against the registry's digest. tar refuses names that lead out of the directory. */
async function fetchPackage(directory: string, signal: AbortSignal | undefined): Promise<void> {
  const wanted = `${packageName}@${packageVersion}`;
  const packed = await runCommand("npm", ["pack", wanted, "--silent"], { cwd: directory, signal });
  const archive = readdirSync(directory).find((name) => name.endsWith(".tgz"));
  if (packed.code !== 0 || archive === undefined) {
    throw new UserError(`Expected npm to fetch ${wanted}, got: ${packed.text || "nothing"}`, [
      "With a network: run npm install in this program's directory, or run the same command again.",
    ]);
  }
  const untar = ["-xzf", archive, "--strip-components=1"];
  const unpacked = await runCommand("tar", untar, { cwd: directory, signal });
  if (unpacked.code !== 0) throw new UserError(`Expected tar to unpack ${archive}, got: ${unpacked.text}`);
  await rm(join(directory, archive), { force: true });
}

/**
 * Compiles `root/package/binding` against `root/tensorflow` to `root/tfjs_binding.node`, and `root/quiet.node`. The addon
 * finds its library by a relative path, so the directory may be moved.
 * @throws UserError if there is no compiler, or it fails, with its message
 */
export async function compileAddon(root: string, signal?: AbortSignal): Promise<void> {
  const compiler = await findCompiler();
  const { include_dir: napi } = createRequire(import.meta.url)("node-api-headers") as { include_dir: string };
  const libraries = readdirSync(join(root, "tensorflow")).filter((name) => /^libtensorflow.*\.so/.test(name));
  const compile = async (output: string, args: readonly string[]) => {
    const temporary = join(root, `${output}.part`);
    const common = ["-O2", "-std=c++17", "-fPIC", "-shared", "-w", "-DNAPI_VERSION=8", "-I", napi];
    const { code, text } = await runCommand(compiler, [...common, ...args, "-o", temporary], { cwd: root, signal });
    if (code !== 0) {
      throw new UserError(`Expected ${compiler} to compile TensorFlow.js's addon, got:\n${lastLines(text, 12)}`, [
        "The usual reason is a library for another processor, or a compiler older than g++ 9.",
      ]);
    }
    await rename(temporary, join(root, output));
  };
  await compile("quiet.node", [quietSource]);
  await compile("tfjs_binding.node", [
    ...["-I", "package", "-I", "tensorflow/include"],
    ...["package/binding/tfjs_backend.cc", "package/binding/tfjs_binding.cc"],
    ...[...libraries.map((name) => join("tensorflow", name)), "-Wl,-rpath,$ORIGIN/tensorflow"],
  ]);
}

const quietSource = fileURLToPath(new URL("../../../src/engines/tensorflow/quiet.cc", import.meta.url));

async function findCompiler(): Promise<string> {
  for (const command of [process.env.CXX, "c++", "g++", "clang++"]) {
    if (command && (await runCommand(command, ["--version"])).code === 0) return command;
  }
  throw new UserError("Expected a C++ compiler, to link TensorFlow.js to TensorFlow, got none.", [
    "Install g++ or clang++ (on Debian: apt install g++), or name one: CXX=COMMAND. Then run the same command again.",
  ]);
}

function lastLines(text: string, count: number): string {
  return text.split("\n").slice(-count).join("\n");
}
