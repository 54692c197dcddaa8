// How the native addon is compiled: the kernels once for each instruction set, all linked into one addon, which chooses when
// it loads.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
export const sources = join(root, "src/engines/native/cpp");

// Every x86-64 processor has the baseline. The loader takes the best variant that the machine can run.
const variantsOf = {
  x64: {
    avx512: ["-mavx512f", "-mavx512bw", "-mavx512dq", "-mavx512vl", "-mavx2", "-mfma", "-mprefer-vector-width=512"],
    avx2: ["-mavx2", "-mfma"],
    baseline: [],
  },
  arm64: { neon: [] },
};
export const common = [
  "-std=c++2a",
  "-O3",
  "-fPIC",
  "-fvisibility=hidden",
  "-pthread",
  "-DNODE_GYP_MODULE_NAME=native",
];
export const kernelFlags = ["-fno-math-errno", "-fno-trapping-math", "-fno-exceptions", "-fno-rtti", "-Wno-psabi"];

/** Whether there are kernels for such a machine. */
export function isSupported(platform, arch) {
  return platform !== "win32" && arch in variantsOf;
}

/** Runs the compiler. Rejects with its output. */
export function compile(command, args) {
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
export async function inParallel(tasks) {
  const queue = [...tasks];
  const worker = async () => {
    for (let task = queue.shift(); task; task = queue.shift()) await task();
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), tasks.length) }, worker));
}

/** The hash of the sources and of this file, which holds the flags. */
export function hashOfSources() {
  const hash = createHash("sha256");
  const files = readdirSync(sources).filter((name) => /\.(cc|h|inc)$/.test(name));
  for (const file of files.sort()) hash.update(`${file}\0`).update(readFileSync(join(sources, file)));
  hash.update(readFileSync(fileURLToPath(import.meta.url)));
  return hash.digest("hex");
}

/** A hash of everything that an addon depends on: sources, flags, compiler and platform. */
export function stampOf(compiler, platform, arch, purpose = "compiled here") {
  const hash = createHash("sha256").update(hashOfSources());
  hash.update(`\0${compiler.command}\0${compiler.version}\0${platform}-${arch}\0${purpose}`);
  return hash.digest("hex");
}

/** The units to compile: the kernels of both precisions once per instruction set, and everything else once. */
export function unitsOf(arch) {
  const { include_dir: include } = createRequire(import.meta.url)("node-api-headers");
  const variants = variantsOf[arch];
  // The fastest of x64 for bf16-mixed precision, on machines with AMX. It is not a variant, because it gives the same bits.
  const tiles = variants.avx512 && { amx: [...variants.avx512, "-mavx512bf16", "-DAMX_TILES"] };
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

/** Compiles the addon and moves it to `output` once it is complete. @throws Error with what the compiler printed */
export async function buildAddon({ command }, output, { platform, arch, flags = [], linkFlags = [] }) {
  // Next to the addon, because the temporary directory may not be writable.
  const objects = `${output}-objects-${process.pid}`;
  mkdirSync(objects, { recursive: true });
  const unfinished = `${output}.${process.pid}`;
  try {
    const object = (name) => join(objects, `${name}.o`);
    const units = unitsOf(arch);
    await inParallel(
      units.map((unit) => () => compile(command, [...unit.flags, ...flags, "-c", unit.file, "-o", object(unit.name)])),
    );
    const shared = platform === "darwin" ? ["-bundle", "-undefined", "dynamic_lookup"] : ["-shared"];
    const linked = units.map(({ name }) => object(name));
    await compile(command, [...shared, "-pthread", ...linkFlags, ...linked, "-o", unfinished]);
    renameSync(unfinished, output);
  } finally {
    rmSync(objects, { recursive: true, force: true });
    rmSync(unfinished, { force: true });
  }
}
