import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { UserError } from "../../src/errors.ts";
import { randomStream } from "../../src/random.ts";
import { otherKind } from "../../src/weights/file-kind.ts";
import { readForeignWeights } from "../../src/weights/foreign-weights.ts";
import { temporaryDirectory } from "../records/sample-run.ts";

/** A file like those of other programs: without a digest, with names in any order. */
function fileOf(tensors: readonly { name: string; dtype: string; shape: number[]; data: Buffer }[]): Buffer {
  let position = 0;
  const entries = tensors.map(({ name, dtype, shape, data }) => {
    const begin = position;
    position += data.length;
    return [name, { dtype, shape, data_offsets: [begin, position] }];
  });
  const header = Buffer.from(JSON.stringify({ __metadata__: { format: "pt" }, ...Object.fromEntries(entries) }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, ...tensors.map(({ data }) => data)]);
}

const halves = (...values: number[]) => Buffer.from(Uint16Array.from(values).buffer);

describe("weights from other programs", () => {
  let path: string;
  beforeEach(() => {
    path = join(temporaryDirectory(), "weights.safetensors");
  });

  it("are converted to float32 from every floating-point type", () => {
    writeFileSync(
      path,
      fileOf([
        { name: "single", dtype: "F32", shape: [2], data: Buffer.from(Float32Array.of(1.5, -2).buffer) },
        // By hand from IEEE 754: 1, −2, the largest, the smallest normal and subnormal numbers, 1/3, −0, infinities.
        {
          name: "half",
          dtype: "F16",
          shape: [3, 3],
          data: halves(0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001, 0x3555, 0x8000, 0x7c00, 0xfc00),
        },
        { name: "brain", dtype: "BF16", shape: [4], data: halves(0x3f80, 0xc000, 0x3eab, 0x7f80) },
        { name: "double", dtype: "F64", shape: [], data: Buffer.from(Float64Array.of(0.1).buffer) },
      ]),
    );
    const { tensors, others, converted } = readForeignWeights(path);
    expect(others).toEqual([]);
    expect(converted).toEqual(["float16", "bfloat16", "float64"]);
    expect(tensors.map(({ name, shape, data }) => [name, shape, [...data]])).toEqual([
      ["single", [2], [1.5, -2]],
      [
        "half",
        [3, 3],
        [1, -2, 65504, 2 ** -14, 2 ** -24, 0.333251953125, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
      ],
      ["brain", [4], [1, -2, 0.333984375, Number.POSITIVE_INFINITY]],
      ["double", [], [Math.fround(0.1)]],
    ]);
  });

  it("keep a float16 NaN", () => {
    writeFileSync(path, fileOf([{ name: "w", dtype: "F16", shape: [2], data: halves(0x7e00, 0xfc01) }]));
    expect([...readForeignWeights(path).tensors[0]!.data]).toEqual([Number.NaN, Number.NaN]);
  });

  it("leave out counters, and name them", () => {
    writeFileSync(
      path,
      fileOf([
        { name: "bn1.num_batches_tracked", dtype: "I64", shape: [], data: Buffer.alloc(8) },
        { name: "w", dtype: "F16", shape: [1], data: halves(0x3c00) },
      ]),
    );
    const { tensors, others } = readForeignWeights(path);
    expect(tensors.map(({ name }) => name)).toEqual(["w"]);
    expect(others).toEqual([{ name: "bn1.num_batches_tracked", type: "I64" }]);
  });

  it("are refused if the header does not fit the file or the type", () => {
    const entry = { name: "w", dtype: "F16", shape: [2], data: Buffer.alloc(8) };
    writeFileSync(path, fileOf([entry]));
    expect(() => readForeignWeights(path)).toThrow(
      `Expected ${path} to be a whole safetensors file, got bytes 0 to 8 of 8 for tensor w of shape [2].`,
    );
    const whole = fileOf([{ ...entry, dtype: "F32" }]);
    writeFileSync(path, whole.subarray(0, whole.length - 4));
    expect(() => readForeignWeights(path)).toThrow(
      `Expected ${path} to be a whole safetensors file, got one cut short: tensor w ends at byte 8 of 4.`,
    );
  });

  it.each([
    [
      "PK\x03\x04 …",
      "a zip archive such as torch.save writes",
      "To convert it, with the Python packages torch and safetensors:",
    ],
    [
      "\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.",
      "a Python pickle such as torch.save once wrote",
      "To convert it, with the Python packages torch and safetensors:",
    ],
    [
      "\n<!DOCTYPE html><html>",
      "a web page",
      "The server sent a login page or an error page instead of the file. Download it again.",
    ],
    [
      "version https://git-lfs.github.com/spec/v1\noid …",
      "a Git LFS pointer",
      "Fetch its content inside its repository: git lfs pull --include weights.safetensors",
    ],
    ["\x89HDF\r\n\x1a\n", "an HDF5 file such as Keras writes", undefined],
    [
      '{"weight_map": {}}',
      "JSON text; the weights are in the files that it names",
      "If it is the index of several files, join them with the Python packages torch and safetensors:",
    ],
    [`PK\x03\x04${"\0".repeat(22)}\x09\0\0\0conv1.npy\x93NUMPY`, "a zip archive of NumPy arrays", undefined],
    ["\x08\x07\x12\x07pytorch\x1a\x052.1.0", "an ONNX file", undefined],
  ])("are refused with the name of their format if they are in another format: %j", (content, is, hint) => {
    writeFileSync(path, content, "latin1");
    expect(() => readForeignWeights(path)).toThrow(
      expect.objectContaining({ message: `Expected ${path} to be a safetensors file, got ${is}.` }),
    );
    expect(otherKind(Buffer.from(content, "latin1"), path)?.hints[0]).toBe(hint);
  });

  it("from PyTorch are refused with the command that converts them, whatever the file's name", () => {
    const [, command] = otherKind(Buffer.from("PK\x03\x04", "latin1"), "/d/it's a.pth.tar")!.hints;
    expect(command).toMatch(
      /^python3 -c 'import sys, torch; [^']*' '\/d\/it'\\''s a\.pth\.tar' '\/d\/it'\\''s a\.safetensors'$/,
    );
  });

  it("are not mistaken for another format because of their header's length", () => {
    // 0x0280 and 0x8b1f bytes: a pickle and a gzip archive begin like that.
    for (const length of [0x0280, 0x8b1f]) {
      const header = Buffer.from('{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'.padEnd(length));
      const size = Buffer.alloc(8);
      size.writeBigUInt64LE(BigInt(length));
      writeFileSync(path, Buffer.concat([size, header, Buffer.alloc(4)]));
      expect(readForeignWeights(path).tensors).toHaveLength(1);
    }
  });

  it("are read or refused with a message, whatever bytes a file has", () => {
    const whole = fileOf([
      { name: "w", dtype: "F16", shape: [2, 3], data: Buffer.alloc(12) },
      { name: "v", dtype: "I64", shape: [1], data: Buffer.alloc(8) },
    ]);
    // Only bytes that occur in JSON and in the header's length, so that many cases pass the first checks.
    const bytes = Buffer.from('{}[]":,0123456789FIe-. \u0000\u0001\u00ff', "latin1");
    const uniform = randomStream(1, "synthetic", 0);
    let refused = 0;
    for (let number = 0; number < 1000; number++) {
      const file = Buffer.from(whole);
      const draw = (index: number, count: number) => Math.floor(uniform(16 * number + index) * count);
      for (let i = 0; i <= draw(0, 4); i++) file[draw(2 * i + 1, file.length)] = bytes[draw(2 * i + 2, bytes.length)]!;
      writeFileSync(path, draw(9, 4) === 0 ? file.subarray(0, draw(10, file.length)) : file);
      try {
        readForeignWeights(path);
      } catch (error) {
        expect(error, `case ${number}`).toBeInstanceOf(UserError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(300);
    expect(refused).toBeLessThan(1000);
  });
});
