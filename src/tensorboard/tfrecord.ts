// TFRecord, the framing of TensorBoard's event files: length (8 bytes, little-endian), masked CRC-32C of the length,
// the record, masked CRC-32C of the record.
import { maskedCrc32c } from "./crc32c.ts";

const headBytes = 12;
const tailBytes = 4;

/** A record with its frame. */
export function frameRecord(record: Uint8Array): Uint8Array {
  const framed = new Uint8Array(headBytes + record.length + tailBytes);
  const view = new DataView(framed.buffer);
  view.setBigUint64(0, BigInt(record.length), true);
  view.setUint32(8, maskedCrc32c(framed.subarray(0, 8)), true);
  framed.set(record, headBytes);
  view.setUint32(headBytes + record.length, maskedCrc32c(record), true);
  return framed;
}

/** The records of a file in order, each with the offset of its end. Stops at a record that is cut off or damaged. */
export function* readRecords(file: Uint8Array): Generator<{ readonly record: Uint8Array; readonly end: number }> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  for (let start = 0; start + headBytes + tailBytes <= file.length; ) {
    const length = view.getBigUint64(start, true);
    if (view.getUint32(start + 8, true) !== maskedCrc32c(file.subarray(start, start + 8))) return;
    if (length > file.length - start - headBytes - tailBytes) return;
    const tail = start + headBytes + Number(length);
    const record = file.subarray(start + headBytes, tail);
    if (view.getUint32(tail, true) !== maskedCrc32c(record)) return;
    start = tail + tailBytes;
    yield { record, end: start };
  }
}
