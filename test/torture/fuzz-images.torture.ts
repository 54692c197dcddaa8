// Random damage to images of every kind in ImageNet, as a run and `datasets prepare` read them, and to the shards that
// `datasets prepare` writes. An image that cannot be decoded is named and counted, and never stops anything.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, expect, test } from "vitest";
import {
  decodeView,
  decodeWhole,
  imageFacts,
  reasonUnreadable,
  UnreadableImageError,
} from "../../src/datasets/decode.ts";
import { fileTrainingBatch } from "../../src/datasets/file-batches.ts";
import { listImageFolder } from "../../src/datasets/image-folder.ts";
import { imagenet } from "../../src/datasets/imagenet.ts";
import { prepareShards } from "../../src/datasets/prepare.ts";
import { centreView, resized } from "../../src/datasets/scale-crop.ts";
import { openShards, readManifest, splits } from "../../src/datasets/shards.ts";
import type { ImageFiles } from "../../src/types.ts";
import { waveJpeg } from "../datasets/fixtures.ts";
import { cases, type Dice, fuzz, harm, pick, scratchDirectory } from "./fuzz.ts";

const folder = scratchDirectory();
const whole: Buffer[] = [];
// JPEG markers, PNG chunks, huge sizes.
const tokens = ["ffd8", "ffd9", "ffda", "ffc0", "ffc2", "ffc4", "ffdb", "ffdd0004ffff", "ffff", "7fffffff", "00"]
  .map((hex) => Buffer.from(hex, "hex"))
  .concat(["IHDR", "IDAT", "IEND", "RIFF", "VP8 ", "II*\u0000", "Exif"].map((text) => Buffer.from(text)));

beforeAll(async () => {
  const [width, height] = [17, 12];
  const wave = await waveJpeg(1, width, height);
  const image = () => sharp(wave);
  const progressive = image().jpeg({ progressive: true });
  const kinds = [image().greyscale().jpeg(), image().toColourspace("cmyk").jpeg(), progressive, image().png()];
  kinds.push(image().ensureAlpha(0.5).png(), image().toColourspace("rgb16").png(), image().webp(), image().tiff());
  whole.push(wave, ...(await Promise.all(kinds.map((kind) => kind.toBuffer()))));
});

/** Bytes per pixel while an image is decoded. 24 were measured, for a damaged file of 107 bytes that claimed 12.6 million pixels. */
const bytesPerPixel = 32;
const mostPixels = 100_000_000;

/** The memory that decoding may use for the size that an image claims; 0 if the size is not read or is too large. */
async function bytesOfPixels(bytes: Uint8Array): Promise<number> {
  const { width, height } = await imageFacts(bytes).catch(() => ({ width: 0, height: 0 }));
  return bytesPerPixel * width * height;
}

const harmed = (dice: Dice) => harm(pick(dice, whole), dice, tokens);

test("images in training batches", async () => {
  // Two images, the second damaged: if it cannot be decoded the first is used instead.
  const setOf = (bytes: Uint8Array): ImageFiles => ({
    ...{ count: 2, height: 8, width: 8, channels: 3, labels: Uint16Array.of(0, 1), mean: new Float32Array(3) },
    name: (index) => `image ${index}`,
    read: async (index) => ({ bytes: index === 0 ? whole[0]! : bytes }),
  });
  const request = { seed: 0, batchSize: 2, scale: { from: 8, to: 12 }, shortSide: 8 };
  let unreadable = 0;
  await fuzz("images in batches", {
    make: harmed,
    beside: bytesOfPixels,
    async read(bytes, _, iteration) {
      const names: string[] = [];
      const onUnreadable = (name: string) => names.push(name);
      const { images, labels } = await fileTrainingBatch(setOf(bytes), { ...request, iteration }, onUnreadable);
      expect(images.every(Number.isFinite)).toBe(true);
      expect(names).toEqual(labels.includes(1) ? [] : ["image 1"]);
      unreadable += names.length;
    },
  });
  console.log(`${unreadable} of ${cases} images in batches could not be decoded, each was named`);
  expect(unreadable).toBeLessThan(cases);
});

test("images that unpack to gigabytes", async () => {
  const plain = (width: number, height: number) => sharp({ create: { width, height, channels: 3, background: "red" } });
  const claim = await plain(8, 8).jpeg().toBuffer();
  claim.fill(0x7f, claim.indexOf("ffc0", 0, "hex") + 5, claim.indexOf("ffc0", 0, "hex") + 9); // height and width
  const side = 4000;
  const bombs = [
    claim,
    await plain(1, 20_000).png().toBuffer(),
    await plain(60_000, 1).jpeg().toBuffer(),
    await plain(side, side).webp().toBuffer(),
    await plain(side, side).ensureAlpha(0.5).png().toBuffer(),
    await plain(side, side).toColourspace("cmyk").jpeg().toBuffer(),
  ];
  const asked = [
    (bytes: Uint8Array) => decodeView({ bytes }, 224, centreView(256)),
    (bytes: Uint8Array) => decodeWhole(bytes, ({ width, height }) => resized(width, height, 256)),
    (bytes: Uint8Array) => reasonUnreadable(bytes),
  ];
  await fuzz("images that grow", {
    count: bombs.length * asked.length,
    make: (_, index) => bombs[index % bombs.length]!,
    async read(bytes, _, index) {
      try {
        await asked[Math.floor(index / bombs.length)]!(bytes);
      } catch (error) {
        if (!(error instanceof UnreadableImageError)) throw error;
      }
    },
    beside: bytesPerPixel * side ** 2,
  });
});

test("images in `datasets prepare`, many at once", async () => {
  const most = 1000;
  await fuzz("folders to shards", {
    count: Math.ceil(cases / most),
    // About as much as a folder of images needs.
    make: () => new Uint8Array(Math.min(cases, most) * 400),
    beside: bytesPerPixel * mostPixels, // one that claims as many as it may
    async read(_, dice) {
      const [directory, target] = [join(folder, "prepared"), join(folder, "shards")];
      for (const name of ["train/a", "train/b", "val/a"]) mkdirSync(join(directory, name), { recursive: true });
      const right = ["train/b/right.jpg", "val/a/right.jpg"];
      for (const path of right) writeFileSync(join(directory, path), whole[0]!);
      for (let i = 0; i < Math.min(cases, most); i++) {
        writeFileSync(join(directory, `train/a/${i}.jpg`), harmed(dice));
      }
      try {
        const listed = listImageFolder(directory);
        const manifest = (await prepareShards(listed, target, { size: 480, shardImages: 400 }))!;
        const kept = [...manifest.shards.train, ...manifest.shards.test].reduce((sum, { images }) => sum + images, 0);
        const left = manifest.unreadable.map(({ path }) => path);
        expect(kept + left.length).toBe(listed.train.length + listed.test.length);
        expect(left.filter((path) => right.includes(path))).toEqual([]);
        expect(new Set(left).size).toBe(left.length);
        const { train } = await imagenet.read({}, { data: target });
        for (let i = 0; i < train.count; i += 50) await train.read(i);
      } finally {
        rmSync(directory, { recursive: true });
        rmSync(target, { recursive: true });
      }
    },
  });
});

test("shards", async () => {
  const [directory, target] = [join(folder, "images"), join(folder, "whole")];
  for (const [i, name] of ["train/a", "train/b", "val/a"].entries()) {
    mkdirSync(join(directory, name), { recursive: true });
    writeFileSync(join(directory, name, "1.jpg"), await waveJpeg(i, 17, 12));
  }
  await prepareShards(listImageFolder(directory), target, { size: 480, shardImages: 10 });
  const other = join(folder, "harmed");
  cpSync(target, other, { recursive: true });
  const files = readdirSync(target).filter((name) => name !== "mean.f32");
  const bytesOf = (name: string) => readFileSync(join(target, name));
  const words = ['"', "{", "}", "[]", "null", "-1", "99999999999", "1e308", "../../", "\u0000", '"bytes":9e15,'];
  await fuzz("shards", {
    beside: 4 * bytesOf("mean.f32").length,
    make: (dice, index) => harm(bytesOf(files[index % files.length]!), dice, words),
    async read(bytes, _, index) {
      const name = files[index % files.length]!;
      writeFileSync(join(other, name), bytes);
      try {
        const manifest = readManifest(other);
        // All of a data set, if everything but the manifest is whole; the mean image takes longer than everything else.
        if (name === "manifest.json") await imagenet.read({}, { data: other });
        // Files that are read stay open until the process ends, so both splits are checked first.
        for (const images of splits.map((split) => openShards(other, manifest, split))) {
          for (let i = 0; i < images.paths.length; i++) await images.read(i);
        }
      } finally {
        writeFileSync(join(other, name), bytesOf(name));
      }
    },
  });
});
