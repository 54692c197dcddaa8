// The installer on a machine of fakes. All steps succeed except the last, the test of the addon, which is no real addon.
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openTensorflow } from "../../../src/engines/tensorflow/engine.ts";
import { installTensorflow } from "../../../src/engines/tensorflow/install.ts";
import {
  readInstallation,
  removeInstallation,
  writeInstallation,
} from "../../../src/engines/tensorflow/installation.ts";
import { temporaryDirectory, write } from "../../datasets/fixtures.ts";
import { fakeMachine, machineTag, pipScript, wheelFiles, wheelName, zip } from "./fakes.ts";

const unproven = /^Expected TensorFlow to compute a convolution and its gradients, got: .*(proto\/api_pb|quiet\.node)/;

/** A file with that name in its own directory. */
function fileOf(name: string, content: Buffer = zip(wheelFiles)): string {
  const path = join(temporaryDirectory(), name);
  write(path, content);
  return path;
}

describe.skipIf(process.platform !== "linux")("installing TensorFlow", () => {
  it("downloads, unpacks, compiles and tests, and activates nothing before the test passes", async () => {
    const { cache, calls } = fakeMachine();
    const steps: string[] = [];
    await expect(installTensorflow({ onStep: (step) => steps.push(step) })).rejects.toThrow(unproven);
    expect(steps).toEqual([
      "Downloading tensorflow-cpu 2.21.0",
      "Unpacking TensorFlow's library",
      "Compiling the addon",
      "Testing it with a convolution and its gradients",
    ]);
    expect(calls("python3").at(-1)).toMatch(/ download --no-deps .*--python-version 3\.11 .*tensorflow-cpu==2\.21\.0$/);
    expect(calls("c++").at(-1)).toContain("-Wl,-rpath,$ORIGIN/tensorflow");
    expect(readdirSync(join(cache, "engines/tensorflow-2.21.0-cpu")).sort()).toEqual(
      ["node_modules", "package", "quiet.node", "tensorflow", "tfjs_binding.node", "wheels"].sort(),
    );
    expect(readInstallation()).toBeUndefined();
    expect(openTensorflow()).toEqual({
      unavailable: "TensorFlow is not installed. To get it: resnet-exp engine install tensorflow",
    });
  });

  it("resumes where it was ended, without another download", async () => {
    const { calls } = fakeMachine();
    const downloads = () => calls("python3").filter((line) => line.includes("download")).length;
    await expect(installTensorflow()).rejects.toThrow(unproven);
    await expect(installTensorflow()).rejects.toThrow(unproven);
    expect(downloads()).toBe(1);
  });

  it("downloads again if pip or the installer was ended during the download", async () => {
    const machine = fakeMachine();
    machine.program("python3", pipScript(`echo half >"$dest/${wheelName}"\nkill -9 $$`));
    await expect(installTensorflow()).rejects.toThrow(
      "Expected pip to download tensorflow-cpu==2.21.0, got: ended by SIGKILL",
    );
    write(join(machine.cache, "engines/tensorflow-2.21.0-cpu/wheels/pip/arrived", wheelName), "half");
    fakeMachine(machine.cache);
    await expect(installTensorflow()).rejects.toThrow(unproven);
  });

  it("says how to get pip, or how to install without it", async () => {
    const machine = fakeMachine();
    for (const name of ["python3", "python", "pip3", "pip"]) machine.program(name, "exit 1");
    await expect(installTensorflow()).rejects.toMatchObject({
      message: "Expected Python's pip, to download TensorFlow's wheel, got none.",
      hints: [
        "Install it (on Debian: apt install python3-pip), or give the wheel yourself:",
        "on a machine with pip and the same system and processor: pip download --no-deps tensorflow-cpu==2.21.0",
        "then here: resnet-exp engine install tensorflow --from WHEEL",
      ],
    });
  });

  it("shows pip's message, and says what a missing version may mean", async () => {
    const machine = fakeMachine();
    machine.program(
      "python3",
      pipScript('echo "ERROR: No matching distribution found for tensorflow-cpu==9.9.9" >&2\nexit 1'),
    );
    await expect(installTensorflow({ version: "9.9.9" })).rejects.toMatchObject({
      message:
        "Expected pip to download tensorflow-cpu==9.9.9, got: No matching distribution found for tensorflow-cpu==9.9.9",
      hints: expect.arrayContaining([
        "Either this machine's system and processor have no such version, or pip cannot reach its index.",
      ]),
    });
  });

  it("says how to get a compiler, and shows the message of a compiler that failed", async () => {
    const machine = fakeMachine();
    machine.program("c++", '[ "$1" = --version ] && exit 0\necho "tfjs_backend.cc: file in wrong format" >&2\nexit 1');
    await expect(installTensorflow()).rejects.toThrow(
      "Expected c++ to compile TensorFlow.js's addon, got:\ntfjs_backend.cc: file in wrong format",
    );
    for (const name of ["c++", "g++", "clang++"]) machine.program(name, "exit 1");
    await expect(installTensorflow()).rejects.toThrow(
      "Expected a C++ compiler, to link TensorFlow.js to TensorFlow, got none.",
    );
  });

  it("takes a given wheel, or a given directory of wheels", async () => {
    const { calls } = fakeMachine();
    const wheel = fileOf(wheelName);
    await expect(installTensorflow({ from: wheel })).rejects.toThrow(unproven);
    await expect(installTensorflow({ from: join(wheel, "..") })).rejects.toThrow(unproven);
    expect(calls("python3")).toEqual([]);
    expect(existsSync(wheel)).toBe(true);
  });

  it("refuses a file that is not TensorFlow's wheel for this machine", async () => {
    fakeMachine();
    const given = async (from: string, cuda = false) => installTensorflow({ from, cuda });
    const missing = join(temporaryDirectory(), "none.whl");
    await expect(given(missing)).rejects.toThrow(
      `Expected ${missing} to be a wheel or a directory of wheels, got no such file.`,
    );
    const numpy = fileOf(`numpy-2.0.0-cp311-cp311-${machineTag}.whl`);
    await expect(given(numpy)).rejects.toThrow(
      `Expected ${numpy} to be a wheel of tensorflow-cpu or tensorflow, got another file.`,
    );
    const windows = fileOf("tensorflow-2.21.0-cp311-cp311-win_amd64.whl");
    await expect(given(windows)).rejects.toThrow(
      `Expected a wheel for linux on ${process.arch}, got one for win_amd64: ${windows}.`,
    );
    const withoutCuda = fileOf(wheelName);
    await expect(given(withoutCuda, true)).rejects.toThrow(
      `Expected ${withoutCuda} to be a wheel of tensorflow, got another file.`,
    );
    const empty = temporaryDirectory();
    await expect(given(empty)).rejects.toThrow(
      `Expected ${empty} to have a wheel of tensorflow-cpu or tensorflow for linux on ${process.arch}, got none.`,
    );
    const hollow = fileOf(wheelName, zip({ "tensorflow/nothing": "" }));
    await expect(given(hollow)).rejects.toThrow(`Expected ${hollow} to contain TensorFlow's library, got none.`);
    const cut = fileOf(wheelName, zip(wheelFiles).subarray(0, 300));
    await expect(given(cut)).rejects.toThrow(`Expected ${cut} to be a whole wheel (a zip archive), got: `);
    await expect(installTensorflow({ version: "latest" })).rejects.toThrow(
      'Expected a version of TensorFlow such as 2.21.0, got "latest".',
    );
  });

  it("names the directory that it cannot write to", async () => {
    const place = join(temporaryDirectory(), "cache");
    write(place, "a file");
    fakeMachine(place);
    await expect(installTensorflow()).rejects.toMatchObject({
      message: expect.stringMatching(
        /^Expected to write TensorFlow \(about 1\.2 GB\) to .*cache\/engines, got ENOTDIR: /,
      ),
      hints: ["Free some space, or choose another directory: RESNET_EXP_CACHE=DIR. Then run the same command again."],
    });
  });

  it("with CUDA takes the wheels that TensorFlow's wheel requires, from its directory or by pip", async () => {
    const machine = fakeMachine();
    const wheel = fileOf(
      `tensorflow-2.21.0-cp311-cp311-${machineTag}.whl`,
      zip({
        ...wheelFiles,
        "tensorflow-2.21.0.dist-info/METADATA":
          'Requires-Dist: nvidia-a-cu12>=1; extra == "and-cuda"\nRequires-Dist: nvidia-b-cu12<2; extra == "and-cuda"\n',
      }),
    );
    write(join(wheel, "..", `nvidia_a_cu12-1.0-py3-none-${machineTag}.whl`), zip({ "nvidia/a/lib/liba.so.1": "a" }));
    const other = fileOf(
      `nvidia_b_cu12-1.5-py3-none-${machineTag}.whl`,
      zip({ "nvidia/b/lib/libb.so.1": "b", "nvidia/b/include/b.h": "", "nvidia/b/bin/ptxas": "" }),
    );
    machine.program("python3", pipScript(`cp "${other}" "$dest"`));
    await expect(installTensorflow({ from: wheel, cuda: true })).rejects.toThrow(unproven);
    expect(machine.calls("python3").at(-1)).toMatch(/ nvidia-b-cu12<2$/);
    const root = join(machine.cache, "engines/tensorflow-2.21.0-cuda");
    expect(existsSync(join(root, "nvidia/a/lib/liba.so.1"))).toBe(true);
    expect(readdirSync(join(root, "nvidia/b"))).toEqual(["bin", "lib"]);
    expect(statSync(join(root, "nvidia/b/bin/ptxas")).mode & 0o777).toBe(0o755);
    expect(statSync(join(root, "nvidia/b/lib/libb.so.1")).mode & 0o777).toBe(0o644);
  });
});

describe("an installation", () => {
  const installation = { version: "2.21.0", cuda: false, directory: "tensorflow-2.21.0-cpu" };
  /** The files that an installation needs. */
  function writeFiles(cache: string, directory: string): void {
    for (const name of ["package/package.json", "tfjs_binding.node", "quiet.node"]) {
      write(join(cache, "engines", directory, name), Buffer.from("{}"));
    }
  }

  it("is active once it is named, and all others are deleted", () => {
    const { cache } = fakeMachine();
    writeFiles(cache, "tensorflow-2.15.1-cpu");
    writeFiles(cache, installation.directory);
    expect(readInstallation()).toBeUndefined();
    writeInstallation(installation);
    expect(readInstallation()).toEqual(installation);
    expect(readdirSync(join(cache, "engines")).sort()).toEqual(["tensorflow-2.21.0-cpu", "tensorflow.json"]);
  });

  it("does not count if a file is missing or the name cannot be read", () => {
    const { cache } = fakeMachine();
    writeInstallation(installation);
    expect(readInstallation()).toBeUndefined();
    writeFiles(cache, installation.directory);
    expect(readInstallation()).toEqual(installation);
    write(join(cache, "engines/tensorflow.json"), Buffer.from("{"));
    expect(readInstallation()).toBeUndefined();
  });

  it("is removed together with unfinished installations", () => {
    const { cache } = fakeMachine();
    expect(removeInstallation()).toBeUndefined();
    writeFiles(cache, installation.directory);
    writeInstallation(installation);
    writeFiles(cache, "tensorflow-2.22.0-cuda");
    expect(removeInstallation()).toEqual(installation);
    expect(readdirSync(join(cache, "engines"))).toEqual([]);
  });

  it("that does not load is unavailable, with the reason", () => {
    const { cache } = fakeMachine();
    writeFiles(cache, installation.directory);
    writeInstallation(installation);
    expect(openTensorflow()).toEqual({ unavailable: expect.stringMatching(/^it does not load: /) });
  });

  it.skipIf(existsSync("/proc/driver/nvidia/gpus"))("is not loaded for a GPU that is not there", () => {
    const { cache } = fakeMachine();
    writeFiles(cache, installation.directory);
    writeInstallation(installation);
    expect(openTensorflow({ gpuOnly: true })).toEqual({ unavailable: "this machine has no NVIDIA GPU." });
  });
});
