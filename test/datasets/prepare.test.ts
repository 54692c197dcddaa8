import { createHash } from "node:crypto";
import { appendFileSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { sha256 } from "../../src/datasets/files.ts";
import { listImageFolder } from "../../src/datasets/image-folder.ts";
import { prepareShards } from "../../src/datasets/prepare.ts";
import {
  damagedShards,
  openShards,
  readIndex,
  readManifest,
  readMean,
  shardsDigest,
} from "../../src/datasets/shards.ts";
import { temporaryName } from "../../src/system/temporary-files.ts";
import { temporaryDirectory, write, writeImageFolder } from "./fixtures.ts";

async function imageFolder() {
  const directory = temporaryDirectory();
  await writeImageFolder(directory);
  return directory;
}

const options = { size: 480, shardImages: 4 };
const bytesOf = (directory: string) =>
  Object.fromEntries(
    readdirSync(directory)
      .sort()
      .map((name) => [
        name,
        createHash("sha256")
          .update(readFileSync(join(directory, name)))
          .digest("hex"),
      ]),
  );

describe("prepareShards", () => {
  it("writes images in order, with right checksums and the mean of their centres", async () => {
    const [directory, target] = [await imageFolder(), temporaryDirectory()];
    const manifest = (await prepareShards(listImageFolder(directory), target, options))!;
    expect(manifest).toEqual(readManifest(target));
    expect(manifest.shards.train.map(({ name, images }) => [name, images])).toEqual([
      ["train-00000", 4],
      ["train-00001", 4],
      ["train-00002", 2],
    ]);
    expect(await damagedShards(target, manifest)).toEqual([]);
    const { paths, labels, read } = openShards(target, manifest, "train");
    expect(paths[5]).toBe("train/n3/n3_1.JPEG");
    expect(labels[5]).toBe(2);
    expect((await read(5)).bytes).toEqual(readFileSync(join(directory, paths[5]!)));
    expect(readMean(target, manifest).length).toBe(224 * 224 * 3);
  });

  it("takes the mean over all training images of all shards, and no test image", async () => {
    const [directory, target] = [temporaryDirectory(), temporaryDirectory()];
    const plain = (level: number) =>
      sharp({ create: { width: 30, height: 40, channels: 3, background: { r: level, g: 2 * level, b: 0 } } })
        .png()
        .toBuffer();
    for (const [path, level] of Object.entries({ "train/a/1.png": 10, "train/a/2.png": 20, "train/b/1.png": 60 })) {
      write(join(directory, path), await plain(level));
    }
    write(join(directory, "val/a/1.png"), await plain(100));
    const manifest = (await prepareShards(listImageFolder(directory), target, { size: 480, shardImages: 2 }))!;
    const mean = readMean(target, manifest);
    // 30, 60 and 0 on average, within the error of a JPEG of one colour.
    expect(mean.every((value, i) => Math.abs(255 * value - [30, 60, 0][i % 3]!) <= 1)).toBe(true);
  });

  it("resumes after a kill and writes the same bytes as one whole call", async () => {
    const [directory, target, whole] = [await imageFolder(), temporaryDirectory(), temporaryDirectory()];
    const folder = listImageFolder(directory);
    await prepareShards(folder, whole, options);
    // Ended in its second shard. Then as after a kill: parts of a shard and of its sums, and no index.
    const signal = new AbortController();
    const onProgress = (done: number) => done === 6 && signal.abort();
    expect(await prepareShards(folder, target, { ...options, signal: signal.signal, onProgress })).toBeUndefined();
    expect(readdirSync(target)).toContain("train-00000.json");
    expect(readdirSync(target)).not.toContain("train-00001.json");
    writeFileSync(join(target, "train-00001.bin"), "half");
    const dead = temporaryName(join(target, "train-00002.bin")).replace(`-${process.pid}-`, "-99999999-");
    writeFileSync(dead, "half");
    truncateSync(join(target, "train-00000.sum"), 100);
    const done: number[] = [];
    await prepareShards(folder, target, { ...options, onProgress: (count) => done.push(count) });
    expect(bytesOf(target)).toEqual(bytesOf(whole));
  });

  it("does not make complete shards again", async () => {
    const [directory, target] = [await imageFolder(), temporaryDirectory()];
    const folder = listImageFolder(directory);
    const signal = new AbortController();
    const onProgress = (done: number) => done === 6 && signal.abort();
    await prepareShards(folder, target, { ...options, signal: signal.signal, onProgress });
    const counts: number[] = [];
    await prepareShards(folder, target, { ...options, onProgress: (done) => counts.push(done) });
    expect(counts[0]).toBe(4); // the first shard is reported as a whole
    rmSync(directory, { recursive: true });
    expect(await prepareShards(folder, target, options)).toEqual(readManifest(target));
  });

  it("leaves out images that cannot be decoded completely, and names them", async () => {
    const [directory, target] = [await imageFolder(), temporaryDirectory()];
    write(join(directory, "train/n20/n20_1.JPEG"), "no image");
    const last = join(directory, "val/n1/val_n11.JPEG");
    truncateSync(last, readFileSync(last).length - 100);
    const manifest = (await prepareShards(listImageFolder(directory), target, options))!;
    expect(manifest.unreadable.map(({ path }) => path)).toEqual(["train/n20/n20_1.JPEG", "val/n1/val_n11.JPEG"]);
    const { paths } = openShards(target, manifest, "train");
    expect(paths.length).toBe(9);
    expect(paths).not.toContain("train/n20/n20_1.JPEG");
  });

  it("has a digest that changes with any image", async () => {
    const directory = await imageFolder();
    const digest = async () =>
      shardsDigest((await prepareShards(listImageFolder(directory), temporaryDirectory(), options))!);
    const before = await digest();
    expect(await digest()).toBe(before);
    const path = join(directory, "val/n3/val_n30.JPEG");
    const bytes = readFileSync(path);
    bytes[Math.floor(bytes.length * 0.6)]! ^= 1;
    writeFileSync(path, bytes);
    expect(await digest()).not.toBe(before);
  });

  it("refuses a directory with shards of other images", async () => {
    const [directory, target] = [await imageFolder(), temporaryDirectory()];
    await prepareShards(listImageFolder(directory), target, options);
    appendFileSync(join(directory, "val/n3/val_n30.JPEG"), "more");
    await expect(prepareShards(listImageFolder(directory), target, options)).rejects.toThrow(
      `Expected ${target} to have shards of these images with these options, got other shards.`,
    );
  });
});

describe("shards that the disk has changed", () => {
  // In many places, also in the picture itself, where a decoder would notice nothing.
  it.each(["train-00001.bin", "train-00001.json", "mean.f32"])("are refused if any bit of %s flipped", async (file) => {
    const target = temporaryDirectory();
    const manifest = (await prepareShards(listImageFolder(await imageFolder()), target, options))!;
    const path = join(target, file);
    const before = readFileSync(path);
    const readAll = async () => {
      readMean(target, manifest);
      const { paths, read } = openShards(target, manifest, "train");
      for (let index = 0; index < paths.length; index++) await read(index);
    };
    for (let place = 0; place < 20; place++) {
      const bytes = Buffer.from(before);
      bytes[Math.floor((place / 19) * (bytes.length - 1))]! ^= 1 << (place % 8);
      writeFileSync(path, bytes);
      await expect(readAll()).rejects.toThrow(`Expected ${path} to be as datasets prepare wrote it, got other `);
    }
    writeFileSync(path, before);
    await readAll();
  });

  it("of version 0.1.0, which have no checksums of images, are read unchecked", async () => {
    const target = temporaryDirectory();
    const manifest = (await prepareShards(listImageFolder(await imageFolder()), target, options))!;
    const test = manifest.shards.test.map((shard) => {
      const path = join(target, `${shard.name}.json`);
      const index = readIndex(target, shard.name);
      const text = JSON.stringify({ ...index, images: index.images.map((entry) => entry.slice(0, 5)) });
      writeFileSync(path, text);
      return { ...shard, indexSha256: sha256(text) };
    });
    expect(
      (await openShards(target, { ...manifest, shards: { ...manifest.shards, test } }, "test").read(0)).bytes.length,
    ).toBeGreaterThan(0);
  });
});

describe("damagedShards", () => {
  it("names files that changed or are missing", async () => {
    const target = temporaryDirectory();
    const manifest = (await prepareShards(listImageFolder(await imageFolder()), target, options))!;
    const path = join(target, "train-00001.bin");
    const bytes = readFileSync(path);
    bytes[1000]! ^= 1;
    writeFileSync(path, bytes);
    rmSync(join(target, "test-00000.json"));
    expect(await damagedShards(target, manifest)).toEqual(["train-00001.bin", "test-00000.json"]);
    expect(() => openShards(target, manifest, "test")).toThrow(
      `Expected ${target}/test-00000.json to be as datasets prepare wrote it, got no such file.`,
    );
  });
});

describe("shards with false claims", () => {
  async function shards() {
    const target = temporaryDirectory();
    const manifest = (await prepareShards(listImageFolder(await imageFolder()), target, options))!;
    return { target, manifest, manifestText: readFileSync(join(target, "manifest.json"), "utf8") };
  }

  it("cannot make the reader allocate more than their size", async () => {
    const { target, manifest } = await shards();
    const path = join(target, "test-00000.bin");
    const size = readFileSync(path).length;
    truncateSync(path, 10);
    expect(() => openShards(target, manifest, "test")).toThrow(
      `Expected ${path} to be as datasets prepare wrote it, got 10 bytes instead of ${size}.`,
    );
  });

  it.each([
    ["leads out of its directory", "train-00000", "../train-00000", "another shards.train.0.name"],
    ["is of another format", "image shards 1", "image shards 9", "another format"],
  ])("are not opened by a manifest that %s", async (_, from, to, got) => {
    const { target, manifestText } = await shards();
    writeFileSync(join(target, "manifest.json"), manifestText.replace(from, to));
    expect(() => readManifest(target)).toThrow(
      `Expected ${target}/manifest.json to be as datasets prepare wrote it, got ${got}.`,
    );
  });
});
