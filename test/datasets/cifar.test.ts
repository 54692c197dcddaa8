import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { cifar10 } from "../../src/datasets/cifar10.ts";
import { sha256 } from "../../src/datasets/files.ts";
import { UserError } from "../../src/errors.ts";
import { cifarBatch, temporaryDirectory, write, writeCifar } from "./fixtures.ts";

beforeEach(() => {
  vi.stubEnv("RESNET_EXP_DATA", "");
});

const files = [1, 2, 3, 4, 5].map((n) => `data_batch_${n}.bin`).concat("test_batch.bin");

describe("CIFAR-10", () => {
  it("turns planes of colour into interleaved pixels, the training files in order", async () => {
    const data = temporaryDirectory();
    writeCifar(data);
    const { train, test } = await cifar10.read({}, { data });
    expect([train.count, train.height, train.width, train.channels, test.count]).toEqual([20, 32, 32, 3, 3]);
    expect([...train.labels.slice(0, 6)]).toEqual([1, 2, 3, 4, 2, 3]);
    // File 2, record 1, pixel 5: (2 + 3 + 5 + 50 c) mod 256.
    const start = (5 * 1024 + 5) * 3;
    expect([...train.pixels.subarray(start, start + 3)]).toEqual([10, 60, 110]);
    expect([...test.labels]).toEqual([6, 7, 8]);
  });

  it("is found in cifar-10-batches-bin/ or in the directory itself", async () => {
    const above = temporaryDirectory();
    const directory = join(above, "cifar-10-batches-bin");
    writeCifar(directory);
    expect(cifar10.locate({ data: above })).toBe(directory);
    expect(cifar10.locate({ data: directory })).toBe(directory);
    vi.stubEnv("RESNET_EXP_DATA", above);
    expect(cifar10.locate({})).toBe(directory);
  });

  it("decodes only the requested first images, with the digest of all", async () => {
    const data = temporaryDirectory();
    writeCifar(data);
    const all = await cifar10.read({}, { data });
    const some = await cifar10.read({ trainImages: 6, testImages: 2 }, { data });
    expect([some.train.count, some.test.count]).toEqual([6, 2]);
    expect(some.train.pixels).toEqual(all.train.pixels.subarray(0, 6 * 3072));
    expect(some.digest).toBe(all.digest);
    expect((await cifar10.survey({ data }))?.digest).toBe(all.digest);
  });

  it("has a digest over the SHA-256 and name of each file in order", async () => {
    const data = temporaryDirectory();
    writeCifar(data);
    const batches = [1, 2, 3, 4, 5].map((file) => cifarBatch(file, 4)).concat(cifarBatch(6, 3));
    const lines = batches.map((batch, i) => `${sha256(batch)}  ${files[i]}\n`);
    expect((await cifar10.survey({ data }))?.digest).toBe(sha256(lines.join("")));
  });

  it("calls files the original only if the marker of a verified download matches them", async () => {
    const data = temporaryDirectory();
    writeCifar(data);
    expect((await cifar10.read({}, { data })).title).toBe("CIFAR-10 (files not verified as the original)");
    const marker = Object.fromEntries(
      [1, 2, 3, 4, 5, 6].map((file) => [files[file - 1], sha256(cifarBatch(file, file === 6 ? 3 : 4))]),
    );
    write(join(data, "verified.json"), JSON.stringify({ sha256: marker }));
    expect((await cifar10.read({}, { data })).title).toBe("CIFAR-10");
  });

  it("refuses files that changed after their download", async () => {
    const data = temporaryDirectory();
    writeCifar(data);
    const marker = Object.fromEntries(files.map((name) => [name, sha256(readFileSync(join(data, name)))]));
    write(join(data, "verified.json"), JSON.stringify({ sha256: marker }));
    const path = join(data, "data_batch_3.bin");
    for (const at of [1, 1500, 3072, 3074, 4 * 3073 - 1]) {
      const bytes = Buffer.from(cifarBatch(3, 4));
      bytes[at]! ^= 16;
      write(path, bytes);
      await expect(cifar10.read({}, { data })).rejects.toEqual(
        new UserError(`Expected ${path} to be unchanged since its download, got other content.`, [
          `If you did not change it: delete ${data} and run resnet-exp datasets fetch cifar10.`,
          `If you changed it on purpose: delete ${join(data, "verified.json")}, which marks the files as the original.`,
        ]),
      );
    }
    write(path, cifarBatch(3, 4));
    expect((await cifar10.read({}, { data })).title).toBe("CIFAR-10");
  });

  it("takes the title of an unverified copy from title.txt", async () => {
    const data = temporaryDirectory();
    writeCifar(data);
    write(join(data, "title.txt"), "CIFAR-10, JPEG copy\n");
    expect((await cifar10.read({}, { data })).title).toBe("CIFAR-10, JPEG copy");
    write(join(data, "title.txt"), "two\nlines");
    await expect(cifar10.read({}, { data })).rejects.toThrow(
      `Expected ${join(data, "title.txt")} to have one line of at most 60 printable characters, got "two\\nlines".`,
    );
  });

  it("names a missing file", async () => {
    const data = temporaryDirectory();
    writeCifar(data);
    rmSync(join(data, "data_batch_4.bin"));
    await expect(cifar10.read({}, { data })).rejects.toThrow(
      `Expected ${join(data, "data_batch_4.bin")} to be a data file, got no such file.`,
    );
    expect((await cifar10.survey({ data }))?.digest).toBeUndefined();
  });

  it("names a file that is cut short, with its length", async () => {
    const data = temporaryDirectory();
    writeCifar(data);
    write(join(data, "data_batch_2.bin"), cifarBatch(2, 4).subarray(0, 12_000));
    await expect(cifar10.read({}, { data })).rejects.toThrow(
      `Expected ${join(data, "data_batch_2.bin")} to be a multiple of 3073 bytes long (10,000 records in the original), got 12000 bytes.`,
    );
  });

  it("names the byte of the first label that is not a class", async () => {
    const data = temporaryDirectory();
    writeCifar(data);
    const bytes = cifarBatch(6, 3);
    bytes[2 * 3073] = 10;
    write(join(data, "test_batch.bin"), bytes);
    await expect(cifar10.read({}, { data })).rejects.toThrow(
      `Expected each label in ${join(data, "test_batch.bin")} to be 0 … 9, got 10 at byte 6146 (record 2).`,
    );
  });

  it("refuses a named directory that lacks the data, and downloads nothing", async () => {
    const data = temporaryDirectory();
    const error = await cifar10.read({}, { data }).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({
      message:
        `Expected --data to be a directory with CIFAR-10, got ${data}, where neither cifar-10-batches-bin/ nor the directory itself has ` +
        "data_batch_1.bin, data_batch_2.bin, data_batch_3.bin, data_batch_4.bin, data_batch_5.bin or test_batch.bin.",
      hints: [
        `To download it into that directory: resnet-exp datasets fetch cifar10 --data ${data}`,
        `By hand: download https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz (170 MB) into ${data}, then: resnet-exp datasets fetch cifar10 --data ${data}`,
        "If the files are in another place: --data DIR or RESNET_EXP_DATA=DIR",
        "To train without any files: --set dataset.name=synthetic",
      ],
    });
    vi.stubEnv("RESNET_EXP_DATA", data);
    await expect(cifar10.read({}, {})).rejects.toThrow("Expected RESNET_EXP_DATA to be a directory with CIFAR-10");
  });
});
