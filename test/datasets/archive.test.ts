import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { fetchArchive } from "../../src/datasets/archive.ts";
import { archiveOf } from "../../src/datasets/cifar.ts";
import { cifar10, cifar10Format } from "../../src/datasets/cifar10.ts";
import { cifarBatch, tarEnd, tarEntry, temporaryDirectory, write } from "./fixtures.ts";

beforeEach(() => {
  vi.stubEnv("RESNET_EXP_DATA", "");
});

const archive = archiveOf(cifar10Format);
const archiveName = "cifar-10-binary.tar.gz";
const cifarFiles = archive.files.map(({ name }) => name);
const batches = cifarFiles.map((name, i) => tarEntry(`cifar-10-batches-bin/${name}`, cifarBatch(i + 1, 2)));

/** A small archive in place of the original, and a fetch that answers with it. */
function standIn(entries: readonly Buffer[]) {
  const bytes = gzipSync(
    Buffer.concat([tarEntry("cifar-10-batches-bin/", new Uint8Array(0), "5"), ...entries, tarEnd]),
  );
  const md5 = createHash("md5").update(bytes).digest("hex");
  const fetch = vi.fn(async () => new Response(bytes));
  const files = cifarFiles.map((name) => ({ name, bytes: 2 * 3073 }));
  return { original: { ...archive, bytes: bytes.length, md5, files }, bytes, fetch };
}

const waysOut = (root: string, megabytes = 170) => [
  `By hand: download https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz (${megabytes} MB) into ${root}, then: resnet-exp datasets fetch cifar10 --data ${root}`,
  "If the files are in another place: --data DIR or RESNET_EXP_DATA=DIR",
  "To train without any files: --set dataset.name=synthetic",
];

describe("fetchArchive", () => {
  it("requests a file of known checksum, over https", () => {
    expect(new URL(archive.url).protocol).toBe("https:");
    expect(archive.md5).toMatch(/^[0-9a-f]{32}$/);
  });

  it("downloads, unpacks, leaves nothing else behind, and marks the files as the original", async () => {
    const root = temporaryDirectory();
    const { original, fetch } = standIn([
      ...batches,
      tarEntry("cifar-10-batches-bin/readme.html", Buffer.from("hello")),
    ]);
    expect(await fetchArchive(original, root, { fetch })).toBe(join(root, "cifar-10-batches-bin"));
    expect(readdirSync(root)).toEqual(["cifar-10-batches-bin"]);
    expect(readdirSync(join(root, "cifar-10-batches-bin")).sort()).toEqual([...cifarFiles, "verified.json"]);
    expect(readFileSync(join(root, "cifar-10-batches-bin", "data_batch_2.bin"))).toEqual(cifarBatch(2, 2));
    const { title, train, test } = await cifar10.read({}, { data: root });
    expect([title, train.count, test.count]).toEqual(["CIFAR-10", 10, 2]);
  });

  it("unpacks an archive that was put there by hand", async () => {
    const root = temporaryDirectory();
    const { original, bytes, fetch } = standIn(batches);
    write(join(root, archiveName), bytes);
    await fetchArchive(original, root, { fetch });
    expect(fetch).not.toHaveBeenCalled();
    expect(readdirSync(root)).toEqual(["cifar-10-batches-bin"]);
  });

  it("refuses an archive that is not the original", async () => {
    const root = temporaryDirectory();
    const { original, fetch } = standIn(batches);
    write(join(root, archiveName), "something else");
    await expect(fetchArchive(original, root, { fetch })).rejects.toMatchObject({
      message: `Expected ${join(root, archiveName)} to have MD5 ${original.md5}, got 6c7ba9c5a141421e1c03cb9807c97c74.`,
      hints: [`Delete it, to download it again: ${join(root, archiveName)}`, ...waysOut(root, 0)],
    });
  });

  it("leaves no part of the data set if a file is not as expected", async () => {
    const root = temporaryDirectory();
    const { original, fetch } = standIn(batches.slice(0, 5));
    await expect(fetchArchive(original, root, { fetch })).rejects.toThrow(
      `Expected ${join(root, archiveName)} to contain cifar-10-batches-bin/test_batch.bin, got no such member.`,
    );
    expect(readdirSync(root)).toEqual([archiveName]);
  });

  it("says what to do if there is no network", async () => {
    const root = temporaryDirectory();
    const cause = Object.assign(new Error("getaddrinfo ENOTFOUND www.cs.toronto.edu"), { code: "ENOTFOUND" });
    const fetch = () => Promise.reject(new TypeError("fetch failed", { cause }));
    await expect(fetchArchive(archive, root, { fetch, pauseMilliseconds: 0 })).rejects.toMatchObject({
      message: `Expected to download ${archive.url}, got: getaddrinfo ENOTFOUND www.cs.toronto.edu.`,
      hints: waysOut(root),
    });
  });
});
