// Compiles the native engine to build/native.node: the kernels once per instruction set, all linked into one addon that
// chooses when it loads. Run by `npm ci`; does nothing where the result is up to date. Without a C++ compiler it says so
// in one line and succeeds: the other engines need none.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const sources = join(root, "src/engines/native");
const target = join(root, "build/native.node");
const stampFile = join(root, "build/native.stamp");

// Every x86-64 processor has the baseline; the loader takes the best the machine runs.
const variants = {
  x64: {
    avx512: ["-mavx512f", "-mavx512bw", "-mavx512dq", "-mavx512vl", "-mavx2", "-mfma", "-mprefer-vector-width=512"],
    avx2: ["-mavx2", "-mfma"],
    baseline: [],
  },
  arm64: { neon: [] },
}[process.arch];
const common = ["-std=c++17", "-O3", "-fPIC", "-fvisibility=hidden", "-pthread", "-DNODE_GYP_MODULE_NAME=native"];
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

/** Runs the compiler; rejects with what it printed. */
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

/** Runs tasks, as many at a time as there are cores. */
async function inParallel(tasks) {
  const queue = [...tasks];
  const worker = async () => {
    for (let task = queue.shift(); task; task = queue.shift()) await task();
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), tasks.length) }, worker));
}

/** Hash of all that decides the addon: sources, this script (and so its flags), compiler, platform. */
function stampOf(compiler) {
  const hash = createHash("sha256");
  const files = readdirSync(sources).filter((name) => /\.(cc|h)$/.test(name));
  for (const file of files.sort()) hash.update(`${file}\0`).update(readFileSync(join(sources, file)));
  hash.update(readFileSync(fileURLToPath(import.meta.url)));
  hash.update(`\0${compiler.command}\0${compiler.version}\0${process.platform}-${process.arch}`);
  return hash.digest("hex");
}

async function build(compiler, stamp) {
  const { include_dir: include } = createRequire(import.meta.url)("node-api-headers");
  const objects = join(tmpdir(), `resnet-exp-native-${process.pid}`);
  mkdirSync(objects, { recursive: true });
  mkdirSync(join(root, "build"), { recursive: true });
  const output = `${target}.${process.pid}`;
  try {
    const object = (name) => join(objects, `${name}.o`);
    const { command } = compiler;
    const units = Object.entries(variants).map(([name, flags]) => ({
      name,
      args: [...common, ...kernelFlags, ...flags, `-DVARIANT=${name}`, "-c", join(sources, "kernels.cc")],
    }));
    for (const name of ["thread-pool", "binding"]) {
      units.push({ name, args: [...common, `-I${include}`, "-c", join(sources, `${name}.cc`)] });
    }
    await inParallel(
      units.map(
        ({ name, args }) =>
          () =>
            compile(command, [...args, "-o", object(name)]),
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

async function main() {
  if (!variants || process.platform === "win32") {
    console.log(`resnet-exp: no native engine for ${process.platform}-${process.arch}; the other engines work.`);
    return;
  }
  const compiler = findCompiler();
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
    // An install must not fail for want of speed. An addon of other sources must not stay either.
    rmSync(target, { force: true });
    console.log(`resnet-exp: the native engine did not compile, so the others are used.\n${error.message}`);
  }
}

await main();
