import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { engineInstallCommand, engineRemoveCommand } from "../../../src/cli/commands/engine.ts";
import type { Io } from "../../../src/cli/terminal/io.ts";
import { installTensorflow } from "../../../src/engines/tensorflow/install.ts";
import { writeInstallation } from "../../../src/engines/tensorflow/installation.ts";
import { write } from "../../datasets/fixtures.ts";
import { fakeMachine } from "../../engines/tensorflow/fakes.ts";

function terminal(): Io & { text: { out: string; err: string } } {
  const text = { out: "", err: "" };
  return {
    text,
    out: (added) => {
      text.out += added;
    },
    err: (added) => {
      text.err += added;
    },
    columns: 80,
    tableWidth: 100,
    stderrIsTerminal: false,
    isUtf8: true,
    signal: new AbortController().signal,
  };
}

/** A machine on which TensorFlow 2.21.0 counts as installed. */
function installedMachine(): string {
  const { cache } = fakeMachine();
  const directory = "tensorflow-2.21.0-cpu";
  for (const name of ["package/package.json", "tfjs_binding.node", "quiet.node"]) {
    write(join(cache, "engines", directory, name), "{}");
  }
  writeInstallation({ version: "2.21.0", cuda: false, directory });
  return join(cache, "engines", directory);
}

describe.skipIf(process.platform !== "linux")("engine install", () => {
  it("prints a line for each step and its progress on stderr", async () => {
    fakeMachine();
    const io = terminal();
    await expect(engineInstallCommand("tensorflow", {}, io)).rejects.toThrow("Expected TensorFlow to compute");
    expect(io.text.out).toBe("");
    // The number of progress lines for such small files depends on the sizes of the stream's pieces.
    expect(io.text.err.replace(/(unpack: 0 of 0 MB\n)+/, "$1").split("\n")).toEqual([
      "Downloading tensorflow-cpu 2.21.0",
      "Unpacking TensorFlow's library",
      "unpack: 0 of 0 MB",
      "Compiling the addon",
      "Testing it with a convolution and its gradients",
      "",
    ]);
  });

  it("does nothing if the engine is installed, and says where", async () => {
    const path = installedMachine();
    const io = terminal();
    expect(await engineInstallCommand("tensorflow", {}, io)).toBe(0);
    expect(io.text).toEqual({ out: `TensorFlow 2.21.0 is installed in ${path}\n`, err: "" });
    expect(await installTensorflow()).toMatchObject({ version: "2.21.0" });
  });

  it("knows no other engine", async () => {
    await expect(engineInstallCommand("native", {}, terminal())).rejects.toMatchObject({
      message: 'Expected the engine to be tensorflow, the only engine that is installed separately, got "native".',
    });
  });
});

describe("engine remove", () => {
  it("says what it removed, or that nothing was there", async () => {
    const path = installedMachine();
    const io = terminal();
    expect(await engineRemoveCommand("tensorflow", {}, io)).toBe(0);
    expect(await engineRemoveCommand("tensorflow", {}, io)).toBe(0);
    expect(io.text.out).toBe(`TensorFlow 2.21.0 is removed from ${path}\nThe tensorflow engine was not installed.\n`);
  });

  it("prints JSON with --json", async () => {
    const path = installedMachine();
    const io = terminal();
    await engineRemoveCommand("tensorflow", { json: true }, io);
    expect(JSON.parse(io.text.out)).toEqual({ name: "tensorflow", removed: { version: "2.21.0", cuda: false, path } });
  });
});
