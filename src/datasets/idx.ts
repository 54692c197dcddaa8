// The IDX format of MNIST and its kin: two zero bytes, a type (8: unsigned byte), the number of dimensions, each
// dimension as a big-endian 32-bit number, then the bytes. What is allocated is bounded by the caller and by the file,
// never by what a header claims.
import { gunzipSync } from "node:zlib";
import { errorCode, errorMessage, UserError } from "../errors.ts";

/** Bytes with their dimensions; `values` is a view of the file's bytes. */
export interface IdxArray {
  readonly dimensions: readonly number[];
  readonly values: Uint8Array;
}

const unsignedByte = 8;

/** Bytes of the header of an array of so many dimensions. */
export function idxHeaderBytes(dimensions: number): number {
  return 4 + 4 * dimensions;
}

/** Undoes gzip. @throws UserError where the bytes are no gzip or would unpack to more than `most` bytes */
export function gunzip(bytes: Uint8Array, path: string, most: number): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: most });
  } catch (error) {
    const problem = errorCode(error) === "ERR_BUFFER_TOO_LARGE" ? "more" : errorMessage(error);
    throw new UserError(`Expected ${path} to be a gzip file of at most ${most} bytes unpacked, got ${problem}.`);
  }
}

/** Reads unsigned bytes of so many dimensions. @throws UserError naming what was expected where */
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
      `Expected ${path} to hold ${dimensions.join(" × ")} bytes after its header, as that says, got ${values.length}.`,
    );
  }
  return { dimensions, values };
}
