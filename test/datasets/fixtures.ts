// Small data sets in temporary directories. They follow the rules of their formats and do not use the code under test.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import sharp from "sharp";
import { onTestFinished } from "vitest";

/** An empty directory that is deleted after the test. */
export function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), "resnet-exp-test-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Writes a file and the directories above it. */
export function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** Record r of file f has label (f + r) mod 10 and pixel p of plane c the value (f + 3r + p + 50c) mod 256. */
export function cifarBatch(file: number, records: number): Buffer {
  const bytes = Buffer.alloc(records * 3073);
  for (let record = 0; record < records; record++) {
    bytes[record * 3073] = (file + record) % 10;
    for (let plane = 0; plane < 3; plane++) {
      for (let pixel = 0; pixel < 1024; pixel++) {
        bytes[record * 3073 + 1 + plane * 1024 + pixel] = (file + 3 * record + pixel + 50 * plane) % 256;
      }
    }
  }
  return bytes;
}

/** Writes all six files: 4 records in each training file, 3 in the test file. */
export function writeCifar(directory: string): void {
  for (let file = 1; file <= 5; file++) write(join(directory, `data_batch_${file}.bin`), cifarBatch(file, 4));
  write(join(directory, "test_batch.bin"), cifarBatch(6, 3));
}

/** An IDX file of unsigned bytes. */
export function idx(dimensions: readonly number[], values: Uint8Array): Buffer {
  const header = Buffer.alloc(4 + 4 * dimensions.length);
  header[2] = 8;
  header[3] = dimensions.length;
  dimensions.forEach((dimension, i) => {
    header.writeUInt32BE(dimension, 4 + 4 * i);
  });
  return Buffer.concat([header, values]);
}

/** Writes the four files: 5 training and 2 test images, image i all of the value i + 1 and of label i. */
export function writeFashionMnist(directory: string): void {
  const images = (count: number) => Uint8Array.from({ length: count * 784 }, (_, i) => Math.floor(i / 784) + 1);
  const labels = (count: number) => Uint8Array.from({ length: count }, (_, i) => i);
  for (const [prefix, count] of [["train", 5] as const, ["t10k", 2] as const]) {
    write(join(directory, `${prefix}-images-idx3-ubyte.gz`), gzipSync(idx([count, 28, 28], images(count))));
    write(join(directory, `${prefix}-labels-idx1-ubyte.gz`), gzipSync(idx([count], labels(count))));
  }
}

/** A tar entry: a header by the ustar standard and the content in whole blocks. */
export function tarEntry(name: string, content: Uint8Array, type = "0"): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write("0000644\0", 100);
  header.write(`${content.length.toString(8).padStart(11, "0")}\0`, 124);
  header.write(type, 156);
  header.write("ustar\x0000", 257);
  return resum(Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]));
}

/** Corrects the checksum of an entry's header after a change. */
export function resum(entry: Buffer): Buffer {
  entry.write("        ", 148);
  const sum = entry.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  entry.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return entry;
}

/** The blocks of zeros that end a tar archive. */
export const tarEnd = Buffer.alloc(1024);

/** A JPEG of slow waves of colour, different for each number. */
export async function waveJpeg(number: number, width = 60, height = 45): Promise<Buffer> {
  const pixels = Buffer.alloc(width * height * 3);
  for (let i = 0; i < pixels.length; i++) {
    const [pixel, channel] = [Math.floor(i / 3), i % 3];
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    pixels[i] = 127.5 + 100 * Math.sin((x + 5 * number) / (7 + 3 * channel)) * Math.cos(y / (9 - 2 * channel) + number);
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 90 })
    .toBuffer();
}

/** Three classes, n3 before n20 by number but not by name. Two have 4 training images, the third has 2. There are 5 test images. */
export async function writeImageFolder(directory: string): Promise<void> {
  const counts = { n20: 4, n3: 4, n1: 2 };
  let number = 0;
  for (const [name, count] of Object.entries(counts)) {
    for (let i = 0; i < count; i++)
      write(join(directory, "train", name, `${name}_${i}.JPEG`), await waveJpeg(number++));
  }
  for (const [name, count] of Object.entries({ n20: 2, n3: 1, n1: 2 })) {
    for (let i = 0; i < count; i++)
      write(join(directory, "val", name, `val_${name}${i}.JPEG`), await waveJpeg(number++));
  }
}
