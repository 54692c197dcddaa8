import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { UserError } from "../../src/errors.ts";
import { encodeSafetensors, readSafetensors } from "../../src/weights/safetensors.ts";
import { sampleTensors, temporaryDirectory } from "../records/sample-run.ts";

function encode(...parameters: [Parameters<typeof encodeSafetensors>[0], Parameters<typeof encodeSafetensors>[1]]) {
  const parts: Uint8Array[] = [];
  encodeSafetensors(...parameters, (bytes) => parts.push(Buffer.from(bytes)));
  return Buffer.concat(parts);
}

/** A file with the given header and data, valid or not. */
function fileOf(header: string, data: Uint8Array = Buffer.alloc(0), headerLength = Buffer.byteLength(header)) {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(headerLength));
  return Buffer.concat([length, Buffer.from(header), data]);
}

describe("a safetensors file", () => {
  let path: string;
  beforeEach(() => {
    path = join(temporaryDirectory(), "weights.safetensors");
  });
  const problem = (bytes: Uint8Array): string => {
    writeFileSync(path, bytes);
    try {
      readSafetensors(path);
    } catch (error) {
      if (error instanceof UserError) {
        return error.message.replace(`Expected ${path} to be a whole safetensors file, got `, "");
      }
      throw error;
    }
    return "no problem";
  };

  it("has the format's layout: length, JSON padded with spaces to eight bytes, little-endian data", () => {
    const bytes = encode(
      [
        { name: "b", shape: [2], data: Float32Array.of(1, -2) },
        { name: "a", shape: [], data: Float32Array.of(0.5) },
      ],
      { format: "x" },
    );
    const headerLength = Number(bytes.readBigUInt64LE());
    const text = bytes.subarray(8, 8 + headerLength).toString();
    expect((8 + headerLength) % 8).toBe(0);
    expect(text).toMatch(
      /^\{"__metadata__":\{"format":"x","sha256":"[0-9a-f]{64}"\},"b":\{"dtype":"F32","shape":\[2\],"data_offsets":\[0,8\]\},"a":\{"dtype":"F32","shape":\[\],"data_offsets":\[8,12\]\}\} {0,7}$/,
    );
    expect(bytes.subarray(8 + headerLength).toString("hex")).toBe("0000803f000000c00000003f");
  });

  it("keeps names, order, shapes, bits and metadata", () => {
    const tensors = sampleTensors(5);
    writeFileSync(path, encode(tensors, { iteration: "5", note: 'q"sha256":"ß' }));
    const read = readSafetensors(path);
    expect(read.tensors).toEqual(tensors);
    expect(Object.is(read.tensors[2]?.data[0], -0)).toBe(true);
    expect(read.metadata).toMatchObject({ iteration: "5", note: 'q"sha256":"ß' });
  });

  it("can have empty tensors, or no tensors", () => {
    const empty = [{ name: "none", shape: [0, 3], data: new Float32Array(0) }];
    writeFileSync(path, encode(empty, {}));
    expect(readSafetensors(path).tensors).toEqual(empty);
    writeFileSync(path, encode([], {}));
    expect(readSafetensors(path).tensors).toEqual([]);
  });

  it("has the same bytes for the same tensors", () => {
    expect(encode(sampleTensors(1), { a: "b" })).toEqual(encode(sampleTensors(1), { a: "b" }));
  });

  it("is refused if a bit is flipped in any byte", () => {
    const bytes = encode(sampleTensors(2), { iteration: "2" });
    for (let index = 0; index < bytes.length; index++) {
      const flipped = Buffer.from(bytes);
      flipped[index]! ^= 1 << (index % 8);
      expect(problem(flipped), `byte ${index}`).not.toBe("no problem");
    }
  });

  it("is refused if it is cut off anywhere, or has an extra byte", () => {
    const bytes = encode(sampleTensors(2), {});
    for (let length = 0; length < bytes.length; length += 7) {
      expect(problem(bytes.subarray(0, length)), `${length} bytes`).not.toBe("no problem");
    }
    expect(problem(Buffer.concat([bytes, Buffer.alloc(1)]))).toBe("1 bytes that belong to no tensor.");
  });

  it("cannot make the reader allocate more than the file's size", () => {
    expect(problem(Buffer.alloc(3))).toBe("a file of 3 bytes.");
    expect(problem(fileOf("{}", Buffer.alloc(0), 2 ** 40))).toBe("a header of 1099511627776 bytes in a file of 10.");
    // Sparse: it takes no space on the disk.
    writeFileSync(path, fileOf("", Buffer.alloc(0), 2 ** 32));
    truncateSync(path, 2 ** 33);
    expect(() => readSafetensors(path)).toThrow("got a header of 4294967296 bytes, more than 4194304.");
    const huge = '{"w":{"dtype":"F32","shape":[1000000,1000000],"data_offsets":[0,4000000000000]}}';
    expect(problem(fileOf(huge, Buffer.alloc(4)))).toBe("one cut short: tensor w ends at byte 4000000000000 of 4.");
    const overflow = '{"w":{"dtype":"F32","shape":[9007199254740991,9007199254740991,0],"data_offsets":[0,4]}}';
    expect(problem(fileOf(overflow, Buffer.alloc(4)))).toMatch(/^bytes 0 to 4 of 4 for tensor w/);
  });

  it("is refused with a message for each kind of wrong header", () => {
    const entry = (offsets: string, shape = "[1]", dtype = "F32") =>
      `{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}`;
    const four = Buffer.alloc(4);
    expect(problem(fileOf("not JSON"))).toBe("a header that is not a JSON object.");
    expect(problem(fileOf("[1]"))).toBe("a header that is not a JSON object.");
    expect(problem(fileOf('{"__metadata__":{"a":1}}'))).toBe("metadata that are not all strings.");
    expect(problem(fileOf(`{"w":${entry("[0,4]", "[2]", "F16")}}`, four))).toBe("tensor w of type F16 instead of F32.");
    expect(problem(fileOf(`{"w":${entry("[0,4]", "[1]", "F31")}}`, four))).toBe("a malformed entry for tensor w.");
    expect(problem(fileOf(`{"w":${entry("[-4,0]")}}`, four))).toBe("a malformed entry for tensor w.");
    expect(problem(fileOf(`{"w":${entry("[4,0]", "[-1]")}}`, four))).toBe("a malformed entry for tensor w.");
    expect(problem(fileOf(`{"w":${entry("[0,4]", "[2]")}}`, four))).toBe(
      "bytes 0 to 4 of 4 for tensor w of shape [2].",
    );
    expect(problem(fileOf(`{"w":${entry("[0,4]")},"v":${entry("[0,4]")}}`, four))).toBe(
      "a hole or an overlap before tensor v.",
    );
    expect(problem(fileOf(`{"w":${entry("[4,8]")}}`, Buffer.alloc(8)))).toBe("a hole or an overlap before tensor w.");
    expect(problem(fileOf(`{"w":${entry("[0,4]")}}`, four))).toBe("no sha256 in the metadata.");
  });

  it("is refused with its path if it does not exist", () => {
    expect(() => readSafetensors(path)).toThrow(new UserError(`Expected ${path} to exist, got no such file.`));
  });

  it("is not written if names or shapes are wrong", () => {
    const one = { name: "w", shape: [1], data: Float32Array.of(1) };
    expect(() => encode([one, one], {})).toThrow(new RangeError("Expected tensor names to be unique, got w twice."));
    expect(() => encode([{ ...one, shape: [2] }], {})).toThrow(new RangeError("Expected w to have 2 numbers, got 1."));
  });
});
