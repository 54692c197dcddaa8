// Compiles the native engine to build/native.node. `npm ci` runs it. It does nothing where the result is up to date, or where
// the prebuilt binary works and RESNET_EXP_NATIVE_BUILD is not "source". Without a C++ compiler it says so in one line and
// succeeds: the other engines need none.
// With --check it builds nothing. It fails if the compiler warns, a header does not compile alone, or clang-format would
// format a file differently. It says which of these programs it misses.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  buildAddon,
  common,
  compile,
  hashOfSources,
  inParallel,
  isSupported,
  kernelFlags,
  root,
  sources,
  stampOf,
  unitsOf,
} from "./native-addon.js";
import { prebuiltHere, removeOutdatedPrebuilt } from "./prebuilt.js";

const { platform, arch } = process;
const target = join(root, "build/native.node");
const stampFile = join(root, "build/native.stamp");
// By this the program sees that the sources have changed since.
const sourcesFile = join(root, "build/native.sources");

/** A C++ compiler that runs, with its version, or undefined. $CXX comes first. */
function findCompiler() {
  for (const command of [process.env.CXX, "c++", "g++", "clang++"]) {
    if (!command) continue;
    const probe = spawnSync(command, ["--version"], { encoding: "utf8" });
    if (probe.status === 0) return { command, version: probe.stdout };
  }
  return undefined;
}

/** Compiles each unit, and each header as if it were a unit, without a result. Every warning is an error. */
async function check({ command }) {
  const warnings = ["-fsyntax-only", "-Wall", "-Wextra", "-Werror"];
  // A header does not use the functions that it defines for others.
  const alone = [...common, ...kernelFlags, "-Wno-unused-function"];
  const include = unitsOf(arch).at(-1).flags.at(-1);
  const headers = readdirSync(sources).filter((name) => name.endsWith(".h"));
  await inParallel([
    ...unitsOf(arch).map(
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
  if (!isSupported(platform, arch)) {
    console.log(`resnet-exp: no native engine for ${platform}-${arch}; the other engines work.`);
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
  removeOutdatedPrebuilt();
  const fromSource = process.env.RESNET_EXP_NATIVE_BUILD === "source";
  if (!fromSource && !existsSync(target) && prebuiltHere()) return;
  if (!compiler) {
    console.log(
      "resnet-exp: no C++ compiler, so no native engine. To get it: install g++ or clang++, then `node bin/build-native.js`.",
    );
    return;
  }
  const stamp = stampOf(compiler, platform, arch);
  if (existsSync(target) && existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp) {
    writeFileSync(sourcesFile, hashOfSources());
    return;
  }
  const start = Date.now();
  try {
    mkdirSync(join(root, "build"), { recursive: true });
    await buildAddon(compiler, target, { platform, arch });
    writeFileSync(stampFile, stamp);
    writeFileSync(sourcesFile, hashOfSources());
    console.log(`resnet-exp: native engine compiled in ${((Date.now() - start) / 1000).toFixed(0)} s.`);
  } catch (error) {
    // An install must not fail because this engine is missing. An addon of other sources must not stay either.
    rmSync(target, { force: true });
    console.log(`resnet-exp: the native engine did not compile, so the others are used.\n${error.message}`);
  }
}

await main();
