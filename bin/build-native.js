// Compiles the native engine to build/native.node: the kernels once per instruction set, all linked into one addon that
// chooses when it loads. `npm ci` runs it. It does nothing if the result is up to date. Without a C++ compiler it says so
// in one line and succeeds: the other engines need none.
// With --check it builds nothing. It fails if the compiler warns, a header does not compile alone, or clang-format would
// format a file differently. It says which of these programs it misses.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const sources = join(root, "src/engines/native/cpp");
const target = join(root, "build/native.node");
const stampFile = join(root, "build/native.stamp");

// Every x86-64 processor has the baseline. The loader takes the best variant that the machine can run.
const variants = {
  x64: {
    avx512: ["-mavx512f", "-mavx512bw", "-mavx512dq", "-mavx512vl", "-mavx2", "-mfma", "-mprefer-vector-width=512"],
    avx2: ["-mavx2", "-mfma"],
    baseline: [],
  },
  arm64: { neon: [] },
}[process.arch];
const common = ["-std=c++2a", "-O3", "-fPIC", "-fvisibility=hidden", "-pthread", "-DNODE_GYP_MODULE_NAME=native"];
// The fastest of x64 for bf16-mixed precision, on machines with AMX. It is not a variant, because it gives the same bits.
const tiles = variants?.avx512 && { amx: [...variants.avx512, "-mavx512bf16", "-DAMX_TILES"] };
const kernelFlags = ["-fno-math-errno", "-fno-trapping-math", "-fno-exceptions", "-fno-rtti", "-Wno-psabi"];

/** A C++ compiler that runs, with its version, or undefined. $CXX comes first. */
function findCompiler() {
  for (const command of [process.env.CXX, "c++", "g++", "clang++"]) {
    if (!command) continue;
    const probe = spawnSync(command, ["--version"], { encoding: "utf8" });
    if (probe.status === 0) return { command, version: probe.stdout };
  }
  return undefined;
}

/** Runs the compiler. Rejects with its output. */
function compile(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
    let printed = "";
    child.stdout.on("data", (text) => (printed += text));
    child.stderr.on("data", (text) => (printed += text));
    child.on("error", reject);
    child.on("close", (code) => (code === 0 ? resolve() : reject(new Error(printed))));
  });
}

/** Runs tasks, one per core at a time. */
async function inParallel(tasks) {
  const queue = [...tasks];
  const worker = async () => {
    for (let task = queue.shift(); task; task = queue.shift()) await task();
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), tasks.length) }, worker));
}

/** A hash of everything that the addon depends on: sources, this script (and so its flags), compiler and platform. */
function stampOf(compiler) {
  const hash = createHash("sha256");
  const files = readdirSync(sources).filter((name) => /\.(cc|h|inc)$/.test(name));
  for (const file of files.sort()) hash.update(`${file}\0`).update(readFileSync(join(sources, file)));
  hash.update(readFileSync(fileURLToPath(import.meta.url)));
  hash.update(`\0${compiler.command}\0${compiler.version}\0${process.platform}-${process.arch}`);
  return hash.digest("hex");
}

/** The units to compile: the kernels of both precisions once per instruction set, and everything else once. */
function unitsOf() {
  const { include_dir: include } = createRequire(import.meta.url)("node-api-headers");
  const kernels = Object.entries(variants).map(([name, flags]) => ({
    name,
    file: join(sources, "kernels.cc"),
    flags: [...common, ...kernelFlags, ...flags, `-DVARIANT=${name}`],
  }));
  const mixed = Object.entries({ ...variants, ...tiles }).map(([name, flags]) => ({
    name: `mixed-${name}`,
    file: join(sources, "mixed.cc"),
    flags: [...common, ...kernelFlags, "-ffp-contract=off", ...flags, "-DMIXED", `-DVARIANT=${name}`],
  }));
  const others = ["aligned-memory", "thread-pool", "binding"].map((name) => ({
    name,
    file: join(sources, `${name}.cc`),
    flags: [...common, `-isystem${include}`],
  }));
  return [...kernels, ...mixed, ...others];
}

async function build({ command }, stamp) {
  // Next to the addon, because the temporary directory may not be writable.
  const objects = join(root, `build/objects-${process.pid}`);
  mkdirSync(objects, { recursive: true });
  const output = `${target}.${process.pid}`;
  try {
    const object = (name) => join(objects, `${name}.o`);
    const units = unitsOf();
    await inParallel(
      units.map(
        ({ name, file, flags }) =>
          () =>
            compile(command, [...flags, "-c", file, "-o", object(name)]),
      ),
    );
    const shared = process.platform === "darwin" ? ["-bundle", "-undefined", "dynamic_lookup"] : ["-shared"];
    await compile(command, [...shared, "-pthread", ...units.map(({ name }) => object(name)), "-o", output]);
    renameSync(output, target);
    writeFileSync(stampFile, stamp);
  } finally {
    rmSync(objects, { recursive: true, force: true });
    rmSync(output, { force: true });
  }
}

/** Compiles each unit, and each header as if it were a unit, without a result. Every warning is an error. */
async function check({ command }) {
  const warnings = ["-fsyntax-only", "-Wall", "-Wextra", "-Werror"];
  // A header does not use the functions that it defines for others.
  const alone = [...common, ...kernelFlags, "-Wno-unused-function"];
  const include = unitsOf().at(-1).flags.at(-1);
  const headers = readdirSync(sources).filter((name) => name.endsWith(".h"));
  await inParallel([
    ...unitsOf().map(
      ({ file, flags }) =>
        () =>
          compile(command, [...flags, ...warnings, file]),
    ),
    ...headers.map(
      (name) => () =>
        compile(command, [...alone, include, ...warnings, "-include", join(sources, name), "-x", "c++", "/dev/null"]),
    ),
  ]);
}

/** The files that clang-format would change, or undefined if Debian 12's version is missing, whose format is kept. */
function misformatted() {
  if (!/version 14\./.test(spawnSync("clang-format", ["--version"], { encoding: "utf8" }).stdout ?? ""))
    return undefined;
  const files = readdirSync(sources).filter((name) => /\.(cc|h)$/.test(name));
  const paths = files.map((name) => join(sources, name));
  const { status, stderr } = spawnSync("clang-format", ["--dry-run", "--Werror", ...paths], { encoding: "utf8" });
  return status === 0 ? "" : stderr;
}

async function main() {
  if (!variants || process.platform === "win32") {
    console.log(`resnet-exp: no native engine for ${process.platform}-${process.arch}; the other engines work.`);
    return;
  }
  const compiler = findCompiler();
  if (process.argv.includes("--check")) {
    const format = misformatted();
    if (format === undefined) console.log("C++: clang-format 14 is not installed, so the format is not checked.");
    if (!compiler) console.log("C++: no compiler is installed, so warnings are not checked.");
    const warnings = compiler ? await check(compiler).catch((error) => error.message) : "";
    for (const found of [format, warnings]) if (found) console.error(found);
    if (format || warnings) process.exitCode = 1;
    return;
  }
  if (!compiler) {
    console.log(
      "resnet-exp: no C++ compiler, so no native engine. To get it: install g++ or clang++, then `node bin/build-native.js`.",
    );
    return;
  }
  const stamp = stampOf(compiler);
  if (existsSync(target) && existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp) return;
  const start = Date.now();
  try {
    await build(compiler, stamp);
    console.log(`resnet-exp: native engine compiled in ${((Date.now() - start) / 1000).toFixed(0)} s.`);
  } catch (error) {
    // An install must not fail because this engine is missing. An addon of other sources must not stay either.
    rmSync(target, { force: true });
    console.log(`resnet-exp: the native engine did not compile, so the others are used.\n${error.message}`);
  }
}

await main();
