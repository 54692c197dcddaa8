import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { extractTar } from "../../src/datasets/tar.ts";
import { resum, tarEnd, tarEntry, temporaryDirectory } from "./fixtures.ts";

async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

const content = Buffer.from("content of the file, ".repeat(60));

describe("extractTar", () => {
  it.each([1, 511, 512, 100_000])("writes only the requested members, in chunks of %i bytes", async (size) => {
    const directory = temporaryDirectory();
    const archive = Buffer.concat([
      tarEntry("d/", new Uint8Array(0), "5"),
      tarEntry("d/other", content),
      tarEntry("../escape", content),
      tarEntry("d/wanted", content),
      tarEntry("d/empty", new Uint8Array(0)),
      tarEnd,
    ]);
    await extractTar(
      inChunks(archive, size),
      new Map([
        ["d/wanted", { size: content.length, path: join(directory, "a") }],
        ["d/empty", { size: 0, path: join(directory, "b") }],
      ]),
      "x.tar",
    );
    expect(readdirSync(directory)).toEqual(["a", "b"]);
    expect(readFileSync(join(directory, "a"))).toEqual(content);
    expect(existsSync(join(directory, "..", "escape"))).toBe(false);
  });

  it.each([
    ["an absolute path", "/tmp/d/wanted", "0"],
    ["a path that climbs", "d/../../wanted", "0"],
    ["a link", "d/link", "2"],
    ["a hard link", "d/link", "1"],
    ["a device", "d/device", "3"],
  ])("writes nothing for %s", async (_, name, type) => {
    const root = temporaryDirectory();
    const directory = join(root, "inner");
    mkdirSync(directory);
    const stray = tarEntry(name, content, type);
    stray.write("../../outside", 157); // where a link leads
    const archive = Buffer.concat([resum(stray), tarEntry("d/wanted", content), tarEnd]);
    const members = new Map([["d/wanted", { size: content.length, path: join(directory, "a") }]]);
    await extractTar(inChunks(archive, 1000), members, "x.tar");
    expect(readdirSync(root, { recursive: true })).toEqual(["inner", join("inner", "a")]);
    expect(lstatSync(join(directory, "a")).isFile()).toBe(true);
  });

  it("names a member that is missing, of another size, cut short or damaged", async () => {
    const directory = temporaryDirectory();
    const extract = (archive: Buffer, size = content.length) =>
      extractTar(inChunks(archive, 1000), new Map([["d/wanted", { size, path: join(directory, "a") }]]), "x.tar");
    await expect(extract(Buffer.concat([tarEntry("d/other", content), tarEnd]))).rejects.toThrow(
      "Expected x.tar to contain d/wanted, got no such member.",
    );
    await expect(extract(tarEntry("d/wanted", content), 7)).rejects.toThrow(
      "Expected d/wanted in x.tar to have 7 bytes, got 1260.",
    );
    await expect(extract(tarEntry("d/wanted", content).subarray(0, 900))).rejects.toThrow(
      "Expected x.tar to be a whole tar archive, got one that ends early.",
    );
    const damaged = tarEntry("d/wanted", content);
    damaged[3] = 1;
    await expect(extract(damaged)).rejects.toThrow("Expected x.tar to be a tar archive, got a damaged header.");
  });
});
