import { constants } from "node:buffer";
import { once } from "node:events";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { beforeAll, describe, expect, it } from "vitest";
import { type Addon, loadAddon } from "../../../src/engines/native/addon.ts";

const addonFile = fileURLToPath(new URL("../../../build/native.node", import.meta.url));
const floats = (length: number) => new Float32Array(length);
// 1 image of 4 × 4 × 2, filters 3 × 3 to 3 channels, stride 1, padding 1
const shape = Int32Array.of(1, 4, 4, 2, 4, 4, 3, 3, 3, 1, 1, 1);
const changed = (index: number, value: number) => shape.with(index, value);

const head = () => ({
  ...{ batch: 1, classes: 3, labels: Int32Array.of(0), logits: floats(3) },
  ...{ losses: floats(1), wrong: floats(1), probabilities: floats(3) },
});

let addon: Addon;
beforeAll(() => {
  const loaded = loadAddon();
  if ("unavailable" in loaded) throw new Error(loaded.unavailable);
  addon = loaded;
  addon.open(addon.variants()[0]!, 1);
});

describe("the addon", () => {
  it("refuses an array of the wrong length or type", () => {
    expect(() => addon.convolution({ shape, x: floats(31), filter: floats(54), y: floats(48) })).toThrow(
      "Expected x to have 32 numbers, got 31.",
    );
    expect(() => addon.convolution({ shape, x: floats(32), filter: floats(53), y: floats(48) })).toThrow(
      "Expected filter to have 54 numbers, got 53.",
    );
    expect(() => addon.convolutionInputGradient({ shape, dy: floats(47), filter: floats(54), dx: floats(32) })).toThrow(
      "Expected dy to have 48 numbers, got 47.",
    );
    expect(() =>
      addon.convolutionFilterGradient({ shape, x: floats(32), dy: floats(48), dfilter: floats(55) }),
    ).toThrow("Expected dfilter to have 54 numbers, got 55.");
    const doubles = new Float64Array(32) as unknown as Float32Array;
    expect(() => addon.convolution({ shape, x: doubles, filter: floats(54), y: floats(48) })).toThrow(
      "Expected x to be a Float32Array.",
    );
    expect(() => addon.add({ count: 4, a: floats(3), b: floats(4), sum: floats(4) })).toThrow(
      "Expected a to have 4 numbers, got 3.",
    );
    expect(() => addon.averagePool({ x: floats(8) } as unknown as Parameters<Addon["averagePool"]>[0])).toThrow(
      "Expected batch to be a number.",
    );
  });

  it.each([
    ["an extent of nothing", changed(3, 0), "Expected every dimension to be from 1 to 16777216."],
    ["a filter too large", changed(7, 16), "Expected the filter to be at most 15 × 15."],
    ["a stride too large", changed(9, 5), "Expected the stride to be at most 4."],
    ["padding beyond the filter", changed(10, 3), "Expected the padding to be less than the filter."],
    ["negative padding", changed(11, -1), "Expected the padding to be less than the filter."],
    ["windows beside the image", changed(4, 6), "Expected every window to touch the image."],
    [
      "more numbers than can be counted",
      changed(0, 1 << 24).with(3, 1 << 24),
      "Expected an array of at most 2147483647 numbers.",
    ],
    ["too few dimensions", Int32Array.of(1, 2), "Expected shape to have 12 numbers, got 2."],
  ])("refuses %s", (_, wrong, message) => {
    expect(() => addon.convolution({ shape: wrong, x: floats(32), filter: floats(54), y: floats(48) })).toThrow(
      message,
    );
  });

  it("refuses labels that are not a class", () => {
    const call = (label: number) => addon.softmaxCrossEntropy({ ...head(), labels: Int32Array.of(label) });
    expect(() => call(3)).toThrow("Expected labels to be from 0 to 2, got 3.");
    expect(() => call(-1)).toThrow("Expected labels to be from 0 to 2, got -1.");
    call(2);
  });

  it("takes arguments by their names, in any order", () => {
    const sum = floats(2);
    addon.add({ sum, b: Float32Array.of(1, 2), count: 2, a: Float32Array.of(10, 20) });
    expect([...sum]).toEqual([11, 22]);
    const call = (argument: unknown) => () => addon.relu(argument as Parameters<Addon["relu"]>[0]);
    for (const argument of [undefined, null, 7, "x"]) {
      expect(call(argument)).toThrow("Expected the arguments to be an object.");
    }
    expect(call({ count: 2, X: floats(2), y: floats(2) })).toThrow("Expected x to be a Float32Array.");
  });

  it("checks an array only after all getters of the caller have run", () => {
    const x = floats(2);
    const call = () =>
      addon.relu({
        count: 2,
        x,
        get y() {
          structuredClone(x.buffer, { transfer: [x.buffer as ArrayBuffer] });
          return floats(2);
        },
      });
    expect(call).toThrow("Expected x to have 2 numbers, got 0.");
    const failing = () =>
      addon.relu({
        count: 2,
        x,
        get y(): Float32Array {
          throw new Error("not today");
        },
      });
    expect(failing).toThrow("not today");
  });

  it("writes into its own memory only", () => {
    const x = floats(6);
    expect(() => addon.relu({ count: 4, x: x.subarray(0, 4), y: x.subarray(3, 6) })).toThrow(
      "Expected y to have 4 numbers, got 3.",
    );
    expect(() => addon.relu({ count: 4, x: x.subarray(0, 4), y: x.subarray(2, 6) })).toThrow(
      "Expected y to have its own memory.",
    );
    expect(() => addon.add({ count: 6, a: x, b: x, sum: x })).toThrow("Expected sum to have its own memory.");
    addon.add({ count: 6, a: x, b: x, sum: floats(6) });
    // Otherwise a label could be changed after its check.
    const losses = floats(1);
    const labels = new Int32Array(losses.buffer);
    expect(() => addon.softmaxCrossEntropy({ ...head(), labels, losses })).toThrow(
      "Expected losses to have its own memory.",
    );
  });

  it("serves only the JavaScript thread that loaded it", async () => {
    const worker = new Worker(`require(${JSON.stringify(addonFile)})`, { eval: true });
    await expect(once(worker, "exit")).rejects.toThrow(
      "Expected one thread of JavaScript to load the native engine, got another.",
    );
  });

  it("refuses an extent that is not a whole number", () => {
    expect(() => addon.add({ count: 1.5, a: floats(1), b: floats(1), sum: floats(1) })).toThrow(
      "Expected count to be a whole number from 1 to 2147483647, got 1.5.",
    );
    expect(() => addon.add({ count: -1, a: floats(1), b: floats(1), sum: floats(1) })).toThrow(
      "Expected count to be a whole number from 1 to 2147483647, got -1.",
    );
    const operands = { a: floats(1), b: floats(1), c: floats(1), transposeA: false, transposeB: false };
    expect(() => addon.product({ m: 1, k: 16777217, n: 1, ...operands })).toThrow(
      "Expected k to be a whole number from 1 to 16777216, got 16777217.",
    );
  });

  it("aligns memory to the cache line and returns it at once", () => {
    const buffer = addon.allocate(1 << 22);
    expect(buffer.byteLength).toBe(1 << 22);
    addon.release(buffer);
    expect(buffer.byteLength).toBe(0);
    expect(() => addon.allocate(0)).toThrow("Expected bytes to be from 1 to 16 GiB.");
  });

  it.runIf(constants.MAX_LENGTH < 2 ** 33)("survives a wish for more than Node.js holds in one array", async () => {
    expect(() => addon.allocate(constants.MAX_LENGTH + 1)).toThrow(
      "Out of memory: this version of Node.js holds no array of so many bytes.",
    );
    await setImmediate(); // when Node.js returns the memory
    addon.release(addon.allocate(64));
  });
});
