// Fakes of TensorFlow, pip, npm and the compiler for the installer's tests: small wheels, and programs that
// log their calls.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, deflateRawSync } from "node:zlib";
import { vi } from "vitest";
import { temporaryDirectory, write } from "../../datasets/fixtures.ts";

/** A zip archive of the files, deflated, in the layout of APPNOTE.TXT. Files in bin/ are executable. */
export function zip(files: Readonly<Record<string, string>>): Buffer {
  const parts: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const [path, content] = [Buffer.from(name), Buffer.from(text)];
    const packed = deflateRawSync(content);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(path.length, 22);
    parts.push(Buffer.from("PK\x03\x04"), common, path, packed);
    const rest = Buffer.alloc(14);
    rest.writeUInt16LE(path.toString().includes("/bin/") ? 0o755 : 0o644, 8);
    rest.writeUInt32LE(offset, 10);
    central.push(Buffer.from("PK\x01\x02\x14\x00", "latin1"), common, rest, path);
    offset += 4 + common.length + path.length + packed.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(Object.keys(files).length, 4);
  end.writeUInt16LE(Object.keys(files).length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, directory, Buffer.from("PK\x05\x06"), end]);
}

/** A wheel's files with the list of their digests. */
export function withRecord(files: Readonly<Record<string, string>>): Record<string, string> {
  const digest = (text: string) => createHash("sha256").update(text).digest("base64url");
  const rows = Object.entries(files).map(([name, text]) => `${name},sha256=${digest(text)},${text.length}\n`);
  return { ...files, "some-1.0.dist-info/RECORD": rows.join("") };
}

export const machineTag = process.arch === "arm64" ? "manylinux_2_27_aarch64" : "manylinux_2_27_x86_64";
export const wheelName = `tensorflow_cpu-2.21.0-cp311-cp311-${machineTag}.whl`;

/** Files of TensorFlow's wheel that the installer needs, and files that it ignores. */
export const wheelFiles = withRecord({
  "tensorflow/libtensorflow_cc.so.2": "the library",
  "tensorflow/libtensorflow_framework.so.2": "its framework",
  "tensorflow/include/tensorflow/c/c_api.h": "// header",
  "tensorflow/python/big.so": "not needed",
});

/** A machine of fakes. Only its programs and those of /bin and /usr/bin are found. */
export interface FakeMachine {
  readonly cache: string;
  /** The calls so far: each line has a program and its arguments. */
  calls(program: string): string[];
  /** Adds a program, which is a shell script. */
  program(name: string, script: string): void;
}

/** pip downloads the small wheel, npm an empty package, and the compiler makes files that are not addons. */
export function fakeMachine(cache = join(temporaryDirectory(), "cache")): FakeMachine {
  const root = temporaryDirectory();
  const [bin, log] = [join(root, "bin"), join(root, "log")];
  mkdirSync(bin);
  writeFileSync(log, "");
  const program = (name: string, script: string) => {
    const path = join(bin, name);
    writeFileSync(path, `#!/bin/sh\necho "${name} $*" >>"${log}"\n${script}\n`);
    chmodSync(path, 0o755);
  };
  write(join(root, wheelName), zip(wheelFiles));
  for (const file of ["dist/index.js", "binding/tfjs_backend.cc"]) write(join(root, "package", file), Buffer.from(""));
  write(join(root, "package/package.json"), Buffer.from('{"version":"4.22.0"}'));
  execFileSync("tar", ["-czf", join(root, "package.tgz"), "-C", root, "package"]);
  program("python3", pipScript(`cp -n "${join(root, wheelName)}" "$dest"`));
  program("npm", `cp "${join(root, "package.tgz")}" package.tgz`);
  program("c++", 'while [ $# -gt 0 ]; do if [ "$1" = -o ]; then echo no addon >"$2"; fi; shift; done');
  vi.stubEnv("PATH", `${bin}:/bin:/usr/bin`);
  vi.stubEnv("CXX", "");
  vi.stubEnv("RESNET_EXP_CACHE", cache);
  const calls = (name: string) =>
    readFileSync(log, "utf8")
      .split("\n")
      .filter((line) => line.startsWith(`${name} `));
  return { cache, calls, program };
}

/** A python3 whose `-m pip --version` answers and whose `-m pip download` runs a script that finds --dest in $dest. */
export function pipScript(download: string): string {
  return `[ "$3" = --version ] && exit 0\nwhile [ "$1" != --dest ]; do shift; done\ndest=$2\n${download}`;
}
