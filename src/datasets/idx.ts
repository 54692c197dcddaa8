// The IDX format of MNIST and similar data sets: two zero bytes, a type (8: unsigned byte), the number of dimensions, each
// dimension as a big-endian 32-bit number, then the bytes. The caller and the file's size bound the memory, never the
// numbers in a header.
import { gunzipSync } from "node:zlib";
import { errorCode, errorMessage, UserError } from "../errors.ts";

/** Bytes with their dimensions; `values` is a view of the file's bytes. */
export interface IdxArray {
  readonly dimensions: readonly number[];
  readonly values: Uint8Array;
}

const unsignedByte = 8;

/** Bytes of the header of an array with this many dimensions. */
export function idxHeaderBytes(dimensions: number): number {
  return 4 + 4 * dimensions;
}

/** Unpacks gzip. @throws UserError if the bytes are not gzip or would unpack to more than `most` bytes */
export function gunzip(bytes: Uint8Array, path: string, most: number): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: most });
  } catch (error) {
    const problem = errorCode(error) === "ERR_BUFFER_TOO_LARGE" ? "more" : errorMessage(error);
    throw new UserError(`Expected ${path} to be a gzip file of at most ${most} bytes unpacked, got ${problem}.`);
  }
}

/** Reads an array of unsigned bytes with this many dimensions. @throws UserError for another header or length */
export function parseIdx(bytes: Uint8Array, path: string, dimensionCount: number): IdxArray {
  const headerBytes = idxHeaderBytes(dimensionCount);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = unsignedByte * 256 + dimensionCount;
  if (bytes.length < headerBytes || view.getUint32(0) !== magic) {
    const start = Buffer.from(bytes.subarray(0, 4)).toString("hex") || "nothing";
    throw new UserError(
      `Expected ${path} to begin with ${magic.toString(16).padStart(8, "0")} and ${dimensionCount} dimension(s) (IDX, unsigned bytes), got ${start}.`,
    );
  }
  const dimensions = Array.from({ length: dimensionCount }, (_, i) => view.getUint32(4 + 4 * i));
  const expected = dimensions.reduce((product, dimension) => product * dimension, 1);
  const values = bytes.subarray(headerBytes);
  if (values.length !== expected) {
    throw new UserError(
      `Expected ${path} to have ${dimensions.join(" × ")} bytes after its header, as the header says, got ${values.length}.`,
    );
  }
  return { dimensions, values };
}
