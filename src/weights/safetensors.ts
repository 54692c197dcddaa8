// This program's own safetensors files, float32 only: a header (safetensors-layout.ts), then the tensors' bytes in order.
// A digest in the metadata covers header and data, so it detects any flipped bit.
import { createHash } from "node:crypto";
import { endianness } from "node:os";
import type { Sink } from "../system/atomic-file.ts";
import type { NamedTensor } from "../types.ts";
import { elements, lengthBytes, type Metadata, openSafetensors, readBytes } from "./safetensors-layout.ts";

const bytesPerNumber = 4;
// The alignment of the data by the format's own writer.
const alignment = 8;
// The digest is computed with this in its place.
const noDigest = "0".repeat(64);

/**
 * Writes tensors in the given order, piece by piece. Equal tensors and metadata give equal bytes.
 * @throws RangeError if a name occurs twice or a shape does not fit its data
 */
export function encodeSafetensors(tensors: readonly NamedTensor[], metadata: Metadata, sink: Sink): void {
  const draft = headerBytes(tensors, metadata, noDigest);
  const digest = createHash("sha256").update(draft);
  for (const tensor of tensors) digest.update(littleEndian(tensor.data));
  sink(headerBytes(tensors, metadata, digest.digest("hex")));
  for (const tensor of tensors) sink(littleEndian(tensor.data));
}

/**
 * Reads a file that `encodeSafetensors` wrote; the tensors come in the file's order.
 * @throws UserError that says what is wrong with the file
 */
export function readSafetensors(path: string): { tensors: NamedTensor[]; metadata: Metadata } {
  return openSafetensors(path, ({ file, headerBytes, layout, metadata, damaged }) => {
    const foreign = layout.find(({ dtype }) => dtype !== "F32");
    if (foreign) throw damaged(`tensor ${foreign.name} of type ${foreign.dtype} instead of F32`);
    const stated = metadata["sha256"];
    if (stated === undefined || stated.length !== noDigest.length) throw damaged("no sha256 in the metadata");
    const text = headerBytes.subarray(lengthBytes).toString("utf8");
    const draft = Buffer.from(text.replace(`"sha256":"${stated}"`, `"sha256":"${noDigest}"`));
    const digest = createHash("sha256").update(headerBytes.subarray(0, lengthBytes)).update(draft);
    const tensors = layout.map(({ name, shape, position, length }) => {
      const bytes = readBytes(file, position, length);
      digest.update(bytes);
      return { name, shape, data: numbers(bytes) };
    });
    if (digest.digest("hex") !== stated) throw damaged("bytes that do not match its sha256");
    return { tensors, metadata };
  });
}

// The header's length and JSON text. It is built by hand: an object would move names that look like numbers to the front.
function headerBytes(tensors: readonly NamedTensor[], metadata: Metadata, sha256: string): Buffer {
  const parts = [`"__metadata__":${JSON.stringify({ ...metadata, sha256 })}`];
  const names = new Set(["__metadata__"]);
  let position = 0;
  for (const { name, shape, data } of tensors) {
    if (names.has(name)) throw new RangeError(`Expected tensor names to be unique, got ${name} twice.`);
    if (elements(shape) !== data.length) {
      throw new RangeError(`Expected ${name} to have ${elements(shape)} numbers, got ${data.length}.`);
    }
    names.add(name);
    const end = position + data.length * bytesPerNumber;
    parts.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype: "F32", shape, data_offsets: [position, end] })}`);
    position = end;
  }
  const text = Buffer.from(`{${parts.join(",")}}`);
  const padding = (alignment - (text.length % alignment)) % alignment;
  const length = Buffer.alloc(lengthBytes);
  length.writeBigUInt64LE(BigInt(text.length + padding));
  return Buffer.concat([length, text, Buffer.alloc(padding, " ")]);
}

function littleEndian(data: Float32Array): Buffer {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return endianness() === "LE" ? bytes : Buffer.from(bytes).swap32();
}

function numbers(bytes: Buffer): Float32Array {
  if (endianness() === "BE") bytes.swap32();
  return new Float32Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength / bytesPerNumber);
}
