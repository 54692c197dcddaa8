import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { fashionMnist } from "../../src/datasets/fashion-mnist.ts";
import { UserError } from "../../src/errors.ts";
import { idx, temporaryDirectory, write, writeFashionMnist } from "./fixtures.ts";

beforeEach(() => {
  vi.stubEnv("RESNET_EXP_DATA", "");
});

describe("Fashion-MNIST", () => {
  it("pads 28×28 to 32×32 with two zeros on each side", async () => {
    const data = temporaryDirectory();
    writeFashionMnist(join(data, "fashion-mnist"));
    const { train, test, title } = await fashionMnist.read({}, { data });
    expect([train.count, train.height, train.width, train.channels, test.count]).toEqual([5, 32, 32, 1, 2]);
    expect([...train.labels]).toEqual([0, 1, 2, 3, 4]);
    for (let y = 0; y < 32; y++) {
      for (let x = 0; x < 32; x++) {
        const inside = y >= 2 && y < 30 && x >= 2 && x < 30;
        expect(train.pixels[3 * 1024 + y * 32 + x]).toBe(inside ? 4 : 0);
      }
    }
    expect(title).toBe("Fashion-MNIST (files not verified as the original)");
  });

  it("reads only the requested first images, with the digest of all", async () => {
    const data = temporaryDirectory();
    writeFashionMnist(data);
    const some = await fashionMnist.read({ trainImages: 2, testImages: 1 }, { data });
    expect([some.train.count, some.train.pixels.length, some.train.labels.length, some.test.count]).toEqual([
      2, 2048, 2, 1,
    ]);
    expect(some.digest).toBe((await fashionMnist.read({}, { data })).digest);
    expect((await fashionMnist.survey({ data }))?.digest).toBe(some.digest);
  });

  it("has a digest of the unpacked content, so another compression is the same data", async () => {
    const data = temporaryDirectory();
    writeFashionMnist(data);
    const before = (await fashionMnist.survey({ data }))?.digest;
    write(join(data, "t10k-labels-idx1-ubyte.gz"), gzipSync(idx([2], Uint8Array.of(0, 1)), { level: 0 }));
    expect((await fashionMnist.survey({ data }))?.digest).toBe(before);
  });

  it("never gives other images after a flipped bit: the file is refused, or unpacks to the same content", async () => {
    const data = temporaryDirectory();
    writeFashionMnist(data);
    const before = (await fashionMnist.read({}, { data })).digest;
    const path = join(data, "train-images-idx3-ubyte.gz");
    const bytes = readFileSync(path);
    let refused = 0;
    for (let bit = 0; bit < 8 * bytes.length; bit += 5) {
      const turned = Buffer.from(bytes);
      turned[bit >> 3]! ^= 1 << (bit & 7);
      write(path, turned);
      const found = await fashionMnist.read({}, { data }).catch((error: unknown) => error);
      if (found instanceof UserError) refused++;
      else expect(found).toMatchObject({ digest: before });
    }
    // All except gzip's notes on the file's origin, and the bits between its blocks.
    expect(refused).toBeGreaterThan((0.8 * 8 * bytes.length) / 5);
  });

  it("names images of another size", async () => {
    const data = temporaryDirectory();
    writeFashionMnist(data);
    const path = join(data, "train-images-idx3-ubyte.gz");
    write(path, gzipSync(idx([5, 28, 27], new Uint8Array(5 * 28 * 27))));
    await expect(fashionMnist.read({}, { data })).rejects.toThrow(
      `Expected ${path} to have images of 28 × 28, got 5 × 28 × 27.`,
    );
  });

  it("names labels that do not match the images", async () => {
    const data = temporaryDirectory();
    writeFashionMnist(data);
    const path = join(data, "t10k-labels-idx1-ubyte.gz");
    write(path, gzipSync(idx([3], Uint8Array.of(0, 1, 2))));
    await expect(fashionMnist.read({}, { data })).rejects.toThrow(
      `Expected ${path} to have a label for each of the 2 images in t10k-images-idx3-ubyte.gz, got 3.`,
    );
    write(path, gzipSync(idx([2], Uint8Array.of(0, 10))));
    await expect(fashionMnist.read({}, { data })).rejects.toThrow(
      `Expected each label in ${path} to be 0 … 9, got 10 at byte 9 (unpacked).`,
    );
  });

  it("names a missing file of an otherwise complete directory", async () => {
    const data = temporaryDirectory();
    write(join(data, "train-images-idx3-ubyte.gz"), gzipSync(idx([1, 28, 28], new Uint8Array(784))));
    await expect(fashionMnist.read({}, { data })).rejects.toThrow(
      `Expected ${join(data, "train-labels-idx1-ubyte.gz")} to be a data file, got no such file.`,
    );
  });

  it.skipIf(existsSync("/usr/share/datasets/fashion-mnist"))("says how to get it where it is missing", async () => {
    const data = temporaryDirectory();
    await expect(fashionMnist.read({}, { data })).rejects.toMatchObject({
      hints: expect.arrayContaining(["On Debian or Ubuntu: apt-get install dataset-fashion-mnist"]),
    });
  });

  it.runIf(existsSync("/usr/share/datasets/fashion-mnist"))("is found where Debian's package puts it", async () => {
    const { train, test, title } = await fashionMnist.read({ trainImages: 100 }, { data: temporaryDirectory() });
    expect([train.count, test.count, title]).toEqual([100, 10_000, "Fashion-MNIST"]);
  });

  it.skipIf(existsSync("/usr/share/datasets/fashion-mnist"))(
    "says where its unpacked files are, and how to pack them",
    async () => {
      const data = temporaryDirectory();
      writeFashionMnist(data);
      for (const name of readdirSync(data)) execFileSync("gunzip", [join(data, name)]);
      const found = await fashionMnist.read({}, { data }).catch((error: unknown) => error);
      const hint = found instanceof UserError ? found.hints[0]! : "";
      expect(hint).toMatch(/^They are unpacked in .+: gzip -k .+train-images-idx3-ubyte .+t10k-labels-idx1-ubyte$/);
      execFileSync("sh", ["-c", hint.slice(hint.indexOf("gzip -k"))]);
      expect((await fashionMnist.read({}, { data })).train.count).toBe(5);
    },
  );
});
