import { createHash } from "node:crypto";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { fetchArchive } from "../../src/datasets/archive.ts";
import { archiveOf } from "../../src/datasets/cifar.ts";
import { cifar100, cifar100Format } from "../../src/datasets/cifar100.ts";
import { tarEnd, tarEntry, temporaryDirectory, write } from "./fixtures.ts";

/** Records of a coarse label that differs from the fine label, the fine label, and planes of one value each. */
function records(labels: readonly number[]): Buffer {
  return Buffer.concat(
    labels.map((label) =>
      Buffer.concat([
        Buffer.from([(label + 1) % 20, label]),
        ...[label, label + 50, label + 100].map((value) => Buffer.alloc(1024, value)),
      ]),
    ),
  );
}

function data(train: readonly number[], test: readonly number[]): string {
  const directory = temporaryDirectory();
  write(join(directory, "cifar-100-binary", "train.bin"), records(train));
  write(join(directory, "cifar-100-binary", "test.bin"), records(test));
  return directory;
}

describe("CIFAR-100", () => {
  it("has a hundred classes, in the order of their names", () => {
    const { classes } = cifar100Format;
    expect(new Set(classes).size).toBe(100);
    expect([...classes].sort()).toEqual(classes);
    // Positions in the original's fine_label_names.txt.
    expect([classes[1], classes[39], classes[58], classes[83], classes[99]]).toEqual([
      "aquarium fish",
      "keyboard",
      "pickup truck",
      "sweet pepper",
      "worm",
    ]);
  });

  it("reads the second of two label bytes and the planes after it", async () => {
    const { train, test, title } = await cifar100.read({}, { data: data([0, 99, 42], [7, 8]) });
    expect([[...train.labels], [...test.labels], title]).toEqual([
      [0, 99, 42],
      [7, 8],
      "CIFAR-100 (files not verified as the original)",
    ]);
    expect([...train.pixels.subarray(2 * 3072, 2 * 3072 + 6)]).toEqual([42, 92, 142, 42, 92, 142]);
    expect([...test.pixels.subarray(-3)]).toEqual([8, 58, 108]);
  });

  it("names the byte of the first label that is not a class, and the length of a file that is cut short", async () => {
    const directory = data([0, 100], [1]);
    const path = join(directory, "cifar-100-binary", "train.bin");
    await expect(cifar100.read({}, { data: directory })).rejects.toThrow(
      `Expected each label in ${path} to be 0 … 99, got 100 at byte 3075 (record 1).`,
    );
    write(path, records([1]).subarray(1));
    await expect(cifar100.read({}, { data: directory })).rejects.toThrow(
      `Expected ${path} to be a multiple of 3074 bytes long (50,000 records in the original), got 3073 bytes.`,
    );
  });

  it("comes from its own archive, whose files then count as the original", async () => {
    const archive = archiveOf(cifar100Format);
    // 50,000 and 10,000 records of 3,074 bytes.
    expect(archive.files).toEqual([
      { name: "train.bin", bytes: 153_700_000 },
      { name: "test.bin", bytes: 30_740_000 },
    ]);
    const [train, test] = [records([1, 2]), records([3])];
    const entries = [tarEntry("cifar-100-binary/train.bin", train), tarEntry("cifar-100-binary/test.bin", test)];
    const bytes = gzipSync(Buffer.concat([...entries, tarEnd]));
    const small = {
      ...archive,
      bytes: bytes.length,
      md5: createHash("md5").update(bytes).digest("hex"),
      files: [
        { name: "train.bin", bytes: train.length },
        { name: "test.bin", bytes: test.length },
      ],
    };
    const root = temporaryDirectory();
    await fetchArchive(small, root, { fetch: async () => new Response(bytes) });
    expect((await cifar100.read({}, { data: root })).title).toBe("CIFAR-100");
  });
});
