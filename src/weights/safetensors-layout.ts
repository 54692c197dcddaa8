// The layout of the safetensors format: the header's length in eight bytes, a JSON header with the position of each tensor,
// then the tensors' bytes without gaps. It trusts no file: it checks every length against the file's size before it
// allocates anything.
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { z } from "zod";
import { errorCode, errorMessage, UserError } from "../errors.ts";
import { otherKind, tellingBytes } from "./file-kind.ts";

/** The metadata of a safetensors file. The format allows only strings. */
export type Metadata = Readonly<Record<string, string>>;

/** The size of the header's length at the start of the file, in bytes. */
export const lengthBytes = 8;
// A parsed header needs up to 45 times its size in memory. The header of a net of 1202 layers with its momentum has 1 MB.
const longestHeader = 2 ** 22;

/** Bytes per number of each type of the format. */
const numberBytes = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  F8_E5M2: 1,
  F8_E4M3: 1,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U64: 8,
  U32: 4,
  U16: 2,
  U8: 1,
  BOOL: 1,
} as const;
export type NumberType = keyof typeof numberBytes;

const headerSchema = z.record(z.string(), z.unknown());
const metadataSchema = z.record(z.string(), z.string());
const tensorSchema = z.strictObject({
  dtype: z.enum(Object.keys(numberBytes) as [NumberType, ...NumberType[]]),
  shape: z.array(z.int().min(0)),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});

/** A tensor's position in its file, in bytes. */
export interface TensorPlace {
  readonly name: string;
  readonly dtype: NumberType;
  readonly shape: readonly number[];
  readonly position: number;
  readonly length: number;
}

/** An open file whose header was read and checked. */
export interface OpenSafetensors {
  readonly file: number;
  /** The header's length and text, as in the file. */
  readonly headerBytes: Buffer;
  readonly metadata: Metadata;
  /** In the order of the file. Together they fill it. */
  readonly layout: readonly TensorPlace[];
  /** The error for a problem with the file. The problem is a phrase. */
  readonly damaged: (problem: string) => UserError;
}

/** Opens a file for the duration of a call. @throws UserError that says what is wrong with the file */
export function openSafetensors<Result>(path: string, read: (opened: OpenSafetensors) => Result): Result {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    throw errorCode(error) === "ENOENT"
      ? new UserError(`Expected ${path} to exist, got no such file.`)
      : new UserError(`Expected to read ${path}, got ${errorMessage(error)}.`, [], { cause: error });
  }
  try {
    const other = fstatSync(file).isFile() ? otherKind(readHead(file), path) : undefined;
    if (other) throw new UserError(`Expected ${path} to be a safetensors file, got ${other.is}.`, other.hints);
    const damaged = (problem: string) =>
      new UserError(`Expected ${path} to be a whole safetensors file, got ${problem}.`);
    return read({ file, damaged, ...readHeader(file, damaged) });
  } finally {
    closeSync(file);
  }
}

function readHead(file: number): Buffer {
  const head = Buffer.alloc(tellingBytes);
  return head.subarray(0, readSync(file, head, 0, head.length, 0));
}

function readHeader(
  file: number,
  damaged: (problem: string) => UserError,
): Pick<OpenSafetensors, "headerBytes" | "metadata" | "layout"> {
  const stat = fstatSync(file);
  if (!stat.isFile()) throw damaged("something that is not a file");
  const { size } = stat;
  if (size < lengthBytes) throw damaged(`a file of ${size} bytes`);
  const headerLength = Number(readBytes(file, 0, lengthBytes).readBigUInt64LE());
  const dataLength = size - lengthBytes - headerLength;
  if (dataLength < 0) throw damaged(`a header of ${headerLength} bytes in a file of ${size}`);
  if (headerLength > longestHeader) throw damaged(`a header of ${headerLength} bytes, more than ${longestHeader}`);
  const headerBytes = readBytes(file, 0, lengthBytes + headerLength);

  const header = parseHeader(headerBytes.subarray(lengthBytes).toString("utf8"));
  if (!header) throw damaged("a header that is not a JSON object");
  const { __metadata__: metadataValue = {}, ...entries } = header;
  const metadata = metadataSchema.safeParse(metadataValue).data;
  if (!metadata) throw damaged("metadata that are not all strings");

  const layout = Object.entries(entries).map(([name, entry]) => {
    const tensor = tensorSchema.safeParse(entry).data;
    if (!tensor) throw damaged(`a malformed entry for tensor ${name}`);
    const { dtype, shape } = tensor;
    const [begin, end] = tensor.data_offsets;
    if (end - begin === elements(shape) * numberBytes[dtype] && end > dataLength) {
      throw damaged(`one cut short: tensor ${name} ends at byte ${end} of ${dataLength}`);
    }
    if (end - begin !== elements(shape) * numberBytes[dtype]) {
      throw damaged(`bytes ${begin} to ${end} of ${dataLength} for tensor ${name} of shape [${shape.join(", ")}]`);
    }
    return { name, dtype, shape, position: begin, length: end - begin };
  });
  // Names that look like numbers come first in a parsed object, so the tensors are sorted by their offsets.
  layout.sort((a, b) => a.position - b.position || a.length - b.length);
  let position = 0;
  for (const tensor of layout) {
    if (tensor.position !== position) throw damaged(`a hole or an overlap before tensor ${tensor.name}`);
    position += tensor.length;
  }
  if (position !== dataLength) throw damaged(`${dataLength - position} bytes that belong to no tensor`);
  const dataStart = lengthBytes + headerLength;
  return {
    headerBytes,
    metadata,
    layout: layout.map((tensor) => ({ ...tensor, position: dataStart + tensor.position })),
  };
}

function parseHeader(text: string): Record<string, unknown> | undefined {
  try {
    return headerSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** The number of elements in a tensor of this shape. */
export function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Bytes of a file, in their own buffer, which is aligned to eight bytes. Bytes past the end of the file are zero. */
export function readBytes(file: number, position: number, length: number): Buffer {
  // Not from the shared pool, whose buffers are not aligned.
  const bytes = Buffer.from(new ArrayBuffer(length));
  let read = 0;
  while (read < length) {
    const count = readSync(file, bytes, read, Math.min(length - read, 2 ** 30), position + read);
    if (count === 0) break;
    read += count;
  }
  return bytes;
}
