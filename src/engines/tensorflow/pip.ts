// Downloads of wheels by the user's own pip, with its index, proxy and cache.
import { readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../../errors.ts";
import { makeDirectory } from "../../system/make-directory.ts";
import { runCommand } from "./command.ts";
import type { UnpackOptions } from "./unpack.ts";

/** The Python version of the wheels. It does not matter here, so it is one for which TensorFlow 2.12 to 2.21 has wheels. */
const pythonVersion = "3.11";
const pollMilliseconds = 300;

/**
 * Downloads the wheels of the requirements ("tensorflow-cpu==2.21.0") into a directory, without their dependencies.
 * @throws UserError if Python or pip is missing, or pip fails, with pip's message and what to do
 */
export async function downloadWheels(
  requirements: readonly string[],
  directory: string,
  options: UnpackOptions = {},
): Promise<void> {
  const [program, ...prefix] = await findPip();
  const scratch = join(directory, "pip");
  const arrived = join(scratch, "arrived");
  // pip would take the files of a killed process for complete.
  await rm(scratch, { recursive: true, force: true });
  makeDirectory(arrived);
  const watch = watchDownloads(scratch, options);
  try {
    const args = ["download", "--no-deps", "--only-binary=:all:", "--dest", arrived];
    const python = ["--implementation", "cp", "--python-version", pythonVersion];
    const quiet = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off"];
    const { code, text } = await runCommand(program!, [...prefix, ...args, ...python, ...quiet, ...requirements], {
      env: { TMPDIR: scratch, PYTHONUNBUFFERED: "1" },
      signal: options.signal,
      onLine: watch.onLine,
    });
    if (code !== 0) throw pipError(requirements, text);
    // pip copies wheels into place piece by piece. A later try must find only complete wheels.
    for (const name of await readdir(arrived)) await rename(join(arrived, name), join(directory, name));
  } finally {
    watch.stop();
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The command that runs pip: its program, then its first arguments. */
async function findPip(): Promise<string[]> {
  for (const python of ["python3", "python"]) {
    const command = [python, "-m", "pip"];
    if ((await runCommand(python, ["-m", "pip", "--version"])).code === 0) return command;
  }
  for (const pip of ["pip3", "pip"]) if ((await runCommand(pip, ["--version"])).code === 0) return [pip];
  throw new UserError("Expected Python's pip, to download TensorFlow's wheel, got none.", [
    "Install it (on Debian: apt install python3-pip), or give the wheel yourself:",
    ...handOver,
  ]);
}

const handOver = [
  "on a machine with pip and the same system and processor: pip download --no-deps tensorflow-cpu==2.21.0",
  "then here: resnet-exp engine install tensorflow --from WHEEL",
];

function pipError(requirements: readonly string[], text: string): UserError {
  const said = text.split("\n").filter((line) => /^ERROR: /.test(line));
  const last = (said.length > 0 ? said : text.split("\n")).at(-1) ?? "";
  const wanted = requirements.length === 1 ? requirements[0] : `${requirements.length} wheels`;
  return new UserError(`Expected pip to download ${wanted}, got: ${last.replace(/^ERROR: /, "") || "no reason"}`, [
    ...(/No matching distribution/.test(text)
      ? ["Either this machine's system and processor have no such version, or pip cannot reach its index."]
      : []),
    "Without a network, give the wheel yourself:",
    ...handOver,
  ]);
}

/** Follows a download by the size of the file that pip writes. pip prints the file's name and total size. */
function watchDownloads(scratch: string, { onProgress }: UnpackOptions) {
  let current: { file: string; total: number } | undefined;
  const report = async () => {
    const { file, total } = current ?? {};
    if (file === undefined || total === undefined) return;
    const done = await sizeBelow(scratch, file);
    if (done === undefined || current?.file !== file) return;
    onProgress?.({ file: "download", done: Math.min(done, total), total });
    if (done >= total) current = undefined;
  };
  const timer = onProgress && setInterval(() => void report(), pollMilliseconds);
  return {
    onLine(line: string) {
      const [, file, amount, unit] =
        /^\s*Downloading (?:\S*\/)?([^/\s]+\.whl)\S* \(([\d.]+) ([kMG]?B)\)/.exec(line) ?? [];
      if (file !== undefined)
        current = { file, total: Number(amount) * { B: 1, kB: 1e3, MB: 1e6, GB: 1e9 }[unit as "B"] };
    },
    stop: () => clearInterval(timer),
  };
}

/** The size of the file with that name in one of pip's directories below `directory`. */
async function sizeBelow(directory: string, name: string): Promise<number | undefined> {
  for (const folder of await readdir(directory).catch(() => [])) {
    const found = await stat(join(directory, folder, name)).catch(() => undefined);
    if (found) return found.size;
  }
  return undefined;
}
