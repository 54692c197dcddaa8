// Compiles the native engine into prebuilt/ for Linux machines without a compiler, and writes each binary's digest to
// prebuilt/index.json. `npm pack` and `npm publish` run it. All binaries come from GCC 12, the compiler of Debian 12
// (`apt-get install g++ g++-aarch64-linux-gnu`), so they compute the same bits as an addon that was compiled there.
// A binary whose compiler is missing is left out with a message. With --all that is an error.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildAddon, hashOfSources, sources, stampOf } from "./native-addon.js";
import { digestOf, directory, indexFile, readIndex } from "./prebuilt.js";

const compilerOf = { x64: "x86_64-linux-gnu-g++", arm64: "aarch64-linux-gnu-g++" };
const compilerVersion = 12;
// Takes old symbols of the C and C++ libraries, and leaves out the symbols for debugging.
const flags = ["-include", join(sources, "oldest-symbols.h")];
const linkFlags = ["-s"];
// Every system that Node.js 20 supports has these versions: Debian 10, Ubuntu 20.04, Red Hat 8.
const newest = { GLIBC: "2.28", GLIBCXX: "3.4.25" };

/** The compiler for such machines, or undefined where it or its version is not here. */
function compilerFor(arch) {
  const command = compilerOf[arch];
  const { status, stdout } = spawnSync(command, ["-dumpfullversion"], { encoding: "utf8" });
  return status === 0 && stdout.startsWith(`${compilerVersion}.`) ? { command, version: stdout.trim() } : undefined;
}

/** The library versions that a binary needs and that are too new. */
function tooNew(file) {
  const text = spawnSync("objdump", ["-p", file], { encoding: "utf8" }).stdout;
  const number = (version) => version.split(".").reduce((sum, part, i) => sum + Number(part) / 1000 ** i, 0);
  const asked = [...text.matchAll(/\b(GLIBC|GLIBCXX)_(\d[\d.]*)$/gm)];
  if (asked.length === 0) throw new Error(`Expected objdump to show what ${file} asks of libraries, got nothing.`);
  return asked.filter(([, library, version]) => number(version) > number(newest[library])).map(([name]) => name);
}

async function main() {
  const before = readIndex()?.binaries ?? {};
  mkdirSync(directory, { recursive: true });
  const binaries = {};
  const missing = [];
  for (const arch of Object.keys(compilerOf)) {
    const name = `linux-${arch}`;
    const file = join(directory, `${name}.node`);
    const compiler = compilerFor(arch);
    if (!compiler) {
      missing.push(`${compilerOf[arch]} ${compilerVersion}`);
      rmSync(file, { force: true });
      continue;
    }
    const stamp = stampOf(compiler, "linux", arch, "prebuilt");
    if (before[name]?.stamp === stamp && existsSync(file) && digestOf(file) === before[name].sha256) {
      binaries[name] = before[name];
      continue;
    }
    await buildAddon(compiler, file, { platform: "linux", arch, flags, linkFlags });
    const found = tooNew(file);
    if (found.length > 0)
      throw new Error(`Expected ${file} to load on older systems, but it asks for ${found.join(", ")}.`);
    binaries[name] = { sha256: digestOf(file), stamp, compiler: `${compiler.command} ${compiler.version}` };
  }
  writeFileSync(indexFile, `${JSON.stringify({ sources: hashOfSources(), binaries }, null, 2)}\n`);
  if (missing.length === 0) return;
  console.error(
    `resnet-exp: ${missing.join(" and ")} not found, so the prebuilt binaries of that compiler are left out.`,
  );
  console.error("  On Debian 12: `apt-get install g++ g++-aarch64-linux-gnu`, then run the same command again.");
  if (process.argv.includes("--all")) process.exitCode = 1;
}

await main();
