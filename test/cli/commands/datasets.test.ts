import { join } from "node:path";
import { beforeEach, describe, expect, it, vi } from "vitest";
import {
  datasetsFetchCommand,
  datasetsListCommand,
  datasetsVerifyCommand,
} from "../../../src/cli/commands/datasets.ts";
import type { Io } from "../../../src/cli/terminal/io.ts";
import { datasetNames } from "../../../src/config/names.ts";
import { alternatives } from "../../../src/config/vocabulary.ts";
import { sources } from "../../../src/datasets/dataset.ts";
import { cifarBatch, temporaryDirectory, write, writeCifar, writeFashionMnist } from "../../datasets/fixtures.ts";

beforeEach(() => {
  vi.stubEnv("RESNET_EXP_DATA", "");
});

function terminal(): Io & { text: { out: string; err: string } } {
  const text = { out: "", err: "" };
  return {
    text,
    out: (added) => {
      text.out += added;
    },
    err: (added) => {
      text.err += added;
    },
    columns: 80,
    tableWidth: Number.POSITIVE_INFINITY,
    stderrIsTerminal: false,
    isUtf8: true,
    signal: new AbortController().signal,
  };
}

/** A directory with two data sets. */
function dataDirectory(): string {
  const data = temporaryDirectory();
  writeCifar(join(data, "cifar-10-batches-bin"));
  writeFashionMnist(join(data, "fashion-mnist"));
  return data;
}

describe("datasets list", () => {
  it("prints the size of each data set and where it is", async () => {
    const data = dataDirectory();
    const io = terminal();
    expect(await datasetsListCommand({ data }, io)).toBe(0);
    const rows = io.text.out.split("\n");
    expect(rows.slice(2, 2 + datasetNames.length).map((row) => /^\S*/.exec(row)![0])).toEqual([...datasetNames]);
    for (const row of [
      "name           train + test        size       classes  where",
      "synthetic      10,000 + 2,000      32×32×3    10       made from a seed",
      `cifar10        50,000 + 10,000     32×32×3    10       ${join(data, "cifar-10-batches-bin")}`,
      `fashion-mnist  60,000 + 10,000     32×32×1    10       ${join(data, "fashion-mnist")}`,
      "imagenet       1,281,167 + 50,000  224×224×3  1000     not here",
    ])
      expect(rows).toContain(row);
  });

  it("says how to get a data set that is missing", async () => {
    const io = terminal();
    const locate = vi.spyOn(sources["fashion-mnist"], "locate").mockReturnValue(undefined);
    await datasetsListCommand({ data: temporaryDirectory() }, io);
    locate.mockRestore();
    expect(io.text.out).toMatch(/^cifar10 .* not here$/m);
    expect(io.text.out).toContain(
      "\nHow to get the missing data sets:\n  cifar10        resnet-exp datasets fetch cifar10\n",
    );
    expect(io.text.out).toContain("\n  imagenet       download it from image-net.org, then --data DIR\n");
  });

  it("prints an array with --json; the directory of a missing data set is null", async () => {
    const io = terminal();
    await datasetsListCommand({ data: temporaryDirectory(), json: true }, io);
    const rows: unknown = JSON.parse(io.text.out);
    expect(rows).toContainEqual({
      name: "cifar10",
      height: 32,
      width: 32,
      channels: 3,
      classes: 10,
      trainImages: 50_000,
      testImages: 10_000,
      directory: null,
    });
  });
});

describe("datasets fetch", () => {
  it("does not download a data set again", async () => {
    const data = dataDirectory();
    const io = terminal();
    expect(await datasetsFetchCommand("cifar10", { data }, io)).toBe(0);
    expect(await datasetsFetchCommand("synthetic", { data }, io)).toBe(0);
    expect(io.text.out).toBe(
      `cifar10 is in ${data}/cifar-10-batches-bin\nsynthetic is made from a seed and needs no files\n`,
    );
  });

  it("reports a download on stderr and its place on stdout", async () => {
    const io = terminal();
    const fetch = vi.spyOn(sources.cifar10, "fetch").mockImplementation(async ({ data, onProgress }) => {
      for (const done of [1e6, 9e6, 30e6, 31e6, 100e6]) onProgress?.({ file: "f.tar.gz", done, total: 100e6 });
      return `${data}/made`;
    });
    expect(await datasetsFetchCommand("cifar10", { data: temporaryDirectory(), json: true }, io)).toBe(0);
    expect(io.text.err).toBe("f.tar.gz: 30 of 100 MB\nf.tar.gz: 100 of 100 MB\n");
    expect(JSON.parse(io.text.out)).toMatchObject({ name: "cifar10", directory: expect.stringMatching(/made$/) });
    fetch.mockRestore();
  });

  it("suggests the similar name", async () => {
    await expect(datasetsFetchCommand("cifar-10", {}, terminal())).rejects.toMatchObject({
      message: `Expected the data set to be ${alternatives(datasetNames)}, got "cifar-10".`,
      hints: ["Did you mean cifar10?"],
    });
  });
});

describe("datasets verify", () => {
  it("prints counts, class balance and digest", async () => {
    const data = dataDirectory();
    const io = terminal();
    expect(await datasetsVerifyCommand("cifar10", { data }, io)).toBe(0);
    expect(io.text.out).toBe(
      `cifar10: CIFAR-10 (files not verified as the original), in ${data}/cifar-10-batches-bin\n` +
        "  train   20 images, 0 to 4 of a class\n" +
        "  test    3 images, 0 to 1 of a class\n" +
        `  digest  ${(await sources.cifar10.survey({ data }))?.digest}\n`,
    );
  });

  it("prints the first problem and exits with 4", async () => {
    const data = dataDirectory();
    write(join(data, "cifar-10-batches-bin", "data_batch_1.bin"), cifarBatch(1, 4).subarray(1));
    const io = terminal();
    expect(await datasetsVerifyCommand("cifar10", { data, json: true }, io)).toBe(4);
    expect(JSON.parse(io.text.out)).toMatchObject({
      name: "cifar10",
      problem: expect.stringContaining("to be a multiple of 3073 bytes long"),
    });
  });

  it("skips data sets that are not on this machine, unless they are named", async () => {
    const data = temporaryDirectory();
    const io = terminal();
    vi.spyOn(sources["fashion-mnist"], "locate").mockReturnValue(undefined);
    expect(await datasetsVerifyCommand(undefined, { data }, io)).toBe(0);
    expect(io.text.out).toContain("synthetic: synthetic\n  train   10,000 images, 1,000 of each class\n");
    expect(io.text.out).toContain("\ncifar10: not on this machine\n");
    expect(io.text.out).toContain("\nfashion-mnist: not on this machine\n");
    await expect(datasetsVerifyCommand("fashion-mnist", { data }, terminal())).rejects.toThrow(
      "Expected fashion-mnist to be on this machine, got none of its files.",
    );
    vi.restoreAllMocks();
  });
});
