// The safetensors format, float32 only: eight bytes of header length, a JSON header, then the tensors' bytes in order.
// Trusts no file: every length is checked against the file's size before anything is allocated.
// A digest in the metadata covers header and data, so a flipped bit anywhere is found.
import { createHash, type Hash } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { endianness } from "node:os";
import { z } from "zod";
import { errorCode, errorMessage, UserError } from "../errors.ts";
import type { NamedTensor } from "../types.ts";
import type { Sink } from "./atomic-file.ts";

/** What a safetensors file says beside its tensors: strings only, by the format's rule. */
export type Metadata = Readonly<Record<string, string>>;

const lengthBytes = 8;
const bytesPerNumber = 4;
// The alignment the format's own writer gives the data.
const alignment = 8;
// The digest is taken with this in its own place.
const noDigest = "0".repeat(64);

const headerSchema = z.record(z.string(), z.unknown());
const metadataSchema = z.record(z.string(), z.string());
const tensorSchema = z.strictObject({
  dtype: z.literal("F32"),
  shape: z.array(z.int().min(0)),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});

/**
 * Writes tensors, in the order given, piece by piece. Equal tensors and metadata give equal bytes.
 * @throws RangeError where a name comes twice or a shape does not fit its data
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
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    throw errorCode(error) === "ENOENT"
      ? new UserError(`Expected ${path} to exist, got no such file.`)
      : new UserError(`Expected to read ${path}, got ${errorMessage(error)}.`, [], { cause: error });
  }
  try {
    return decode(file, (problem) => new UserError(`Expected ${path} to be a whole safetensors file, got ${problem}.`));
  } finally {
    closeSync(file);
  }
}

function decode(file: number, damaged: (problem: string) => UserError): { tensors: NamedTensor[]; metadata: Metadata } {
  const { size } = fstatSync(file);
  if (size < lengthBytes) throw damaged(`a file of ${size} bytes`);
  const start = readBytes(file, 0, lengthBytes);
  const headerLength = Number(start.readBigUInt64LE());
  const dataLength = size - lengthBytes - headerLength;
  if (dataLength < 0) throw damaged(`a header of ${headerLength} bytes in a file of ${size}`);
  const headerText = readBytes(file, lengthBytes, headerLength).toString("utf8");

  const header = parseHeader(headerText);
  if (!header) throw damaged("a header that is no JSON object");
  const { __metadata__: metadataValue = {}, ...entries } = header;
  const metadata = metadataSchema.safeParse(metadataValue).data;
  if (!metadata) throw damaged("metadata that are not all strings");

  const layout = Object.entries(entries).map(([name, entry]) => {
    const tensor = tensorSchema.safeParse(entry).data;
    if (!tensor) throw damaged(`a malformed entry for tensor ${name}`);
    const [begin, end] = tensor.data_offsets;
    if (end - begin !== elements(tensor.shape) * bytesPerNumber || end > dataLength) {
      throw damaged(
        `bytes ${begin} to ${end} of ${dataLength} for tensor ${name} of shape [${tensor.shape.join(", ")}]`,
      );
    }
    return { name, shape: tensor.shape, begin, end };
  });
  // Names that look like numbers come first in a parsed object, so the order is that of the offsets.
  layout.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let position = 0;
  for (const { name, begin, end } of layout) {
    if (begin !== position) throw damaged(`a hole or an overlap before tensor ${name}`);
    position = end;
  }
  if (position !== dataLength) throw damaged(`${dataLength - position} bytes that belong to no tensor`);

  const stated = metadata.sha256;
  if (stated === undefined || stated.length !== noDigest.length) throw damaged("no sha256 in the metadata");
  const draft = Buffer.from(headerText.replace(`"sha256":"${stated}"`, `"sha256":"${noDigest}"`));
  const digest = createHash("sha256").update(start).update(draft);
  const tensors = layout.map(({ name, shape, begin, end }) => {
    const bytes = readBytes(file, lengthBytes + headerLength + begin, end - begin, digest);
    return { name, shape, data: numbers(bytes) };
  });
  if (digest.digest("hex") !== stated) throw damaged("bytes that do not match its sha256");
  return { tensors, metadata };
}

function parseHeader(text: string): Record<string, unknown> | undefined {
  try {
    return headerSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

// Length and JSON text. Put together by hand: an object would move names that look like numbers to the front.
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

function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function readBytes(file: number, position: number, length: number, digest?: Hash): Buffer {
  // Not from the shared pool: tensors need bytes of their own that begin on a multiple of four.
  const bytes = Buffer.from(new ArrayBuffer(length));
  let read = 0;
  while (read < length) {
    const count = readSync(file, bytes, read, Math.min(length - read, 2 ** 30), position + read);
    if (count === 0) break;
    read += count;
  }
  digest?.update(bytes);
  return bytes;
}

function littleEndian(data: Float32Array): Buffer {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return endianness() === "LE" ? bytes : Buffer.from(bytes).swap32();
}

function numbers(bytes: Buffer): Float32Array {
  if (endianness() === "BE") bytes.swap32();
  return new Float32Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength / bytesPerNumber);
}
