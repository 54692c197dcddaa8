// Random damage to data files that are read whole, IDX and CIFAR-10, and to their packing, gzip and tar.
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { cifar10, cifar10Format } from "../../src/datasets/cifar10.ts";
import { gunzip, parseIdx } from "../../src/datasets/idx.ts";
import { extractTar } from "../../src/datasets/tar.ts";
import { cifarBatch, idx, resum, tarEnd, tarEntry } from "../datasets/fixtures.ts";
import { type Dice, fuzz, harm, pick, scratchDirectory, some } from "./fuzz.ts";

const folder = scratchDirectory();
const images = idx([2, 28, 28], Buffer.alloc(2 * 784, 7));
const largest = Buffer.from("ffffffff", "hex");
const cifarFiles = [...cifar10Format.trainFiles, cifar10Format.testFile];

test("IDX", async () => {
  await fuzz("IDX", {
    make: (dice) => harm(images, dice, [largest, Buffer.alloc(3)]),
    read: (bytes) => parseIdx(bytes, "x", 3),
  });
});

test("IDX within gzip", async () => {
  const zipped = gzipSync(images);
  await fuzz("gzip", {
    make: (dice) => harm(zipped, dice, [Buffer.from("1f8b", "hex"), largest]),
    read: (bytes) => parseIdx(gunzip(bytes, "x", images.length), "x", 3),
  });
});

test("gzip that unpacks to gigabytes is refused before it is unpacked", async () => {
  const bomb = gzipSync(Buffer.alloc(200_000_000));
  expect(await fuzz("gzip bomb", { count: 1, make: () => bomb, read: () => gunzip(bomb, "x", 10_000) })).toBe(1);
});

test("CIFAR-10", async () => {
  const directory = join(folder, "cifar");
  mkdirSync(directory);
  const whole = new Map<string, Buffer>(cifarFiles.map((name, i) => [name, cifarBatch(i, 1)]));
  for (const [name, bytes] of whole) writeFileSync(join(directory, name), bytes);
  whole.set("title.txt", Buffer.from("A copy"));
  whole.set("verified.json", Buffer.from('{"sha256":{"data_batch_1.bin":"00"}}'));
  const names = [...whole.keys()];
  await fuzz("CIFAR-10", {
    make: (dice, index) =>
      harm(whole.get(names[index % names.length]!)!, dice, [cifarBatch(7, 1), largest, "null", "{}"]),
    async read(bytes, _, index) {
      const name = names[index % names.length]!;
      writeFileSync(join(directory, name), bytes);
      try {
        const { train, test: tested } = await cifar10.read({}, { data: directory });
        expect(Math.max(...train.labels, ...tested.labels)).toBeLessThan(10);
        expect(train.pixels.length + tested.pixels.length).toBe(3072 * (train.count + tested.count));
      } finally {
        const right = cifarFiles.includes(name) && whole.get(name);
        if (right) writeFileSync(join(directory, name), right);
        else rmSync(join(directory, name));
      }
    },
  });
});

// Archives with all kinds of entries, names that lead outside and wrong headers.
const names = [
  "d/a",
  "d/b",
  "d/",
  "../out",
  "../../out",
  "/tmp/fuzz-out",
  "d/../../out",
  "d/a/../../../out",
  "..",
  ".",
];
names.push("", "d//a", "./d/a", "d/a\u0000../out", "C:\\out", "..\\out", "d/\u00ff", `${"x/".repeat(49)}y`, "d/a ");
const sizes = ["77777777777", "-1", "0x10", "8", "", "        1", "00000000001", "\u0080\u00ff\u00ff\u00ff"];

function entry(dice: Dice): Buffer {
  const made = tarEntry(
    pick(dice, names),
    Buffer.alloc(dice(3) * 300, 65 + dice(20)),
    pick(dice, [..."0123456789LKxg\u0000V"]),
  );
  const lies = dice(3);
  if (lies === 0) made.write(pick(dice, names).slice(0, 99), 345); // the prefix of the name
  if (lies === 0) made.write(pick(dice, names).slice(0, 99), 157); // where a link leads
  if (lies === 1) made.write(pick(dice, sizes).padEnd(12, "\u0000"), 124, "latin1");
  return dice(4) ? resum(made) : made;
}

test("tar writes the requested members into their directory, and nothing anywhere else", async () => {
  const outer = join(folder, "outer");
  const inner = join(outer, "middle", "inner");
  mkdirSync(inner, { recursive: true });
  const members = new Map([
    ["d/a", { size: 300, path: join(inner, "a") }],
    ["d/b", { size: 600, path: join(inner, "b") }],
  ]);
  const before = [readdirSync("/tmp"), readdirSync(folder)].map((list) => list.filter((name) => name.includes("out")));
  async function* chunks(bytes: Uint8Array, size: number) {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  await fuzz("tar", {
    make(dice) {
      const right = [tarEntry("d/a", Buffer.alloc(300, 1)), tarEntry("d/b", Buffer.alloc(600, 2))];
      const parts = [...some(dice, 4, () => entry(dice)), ...right, ...some(dice, 2, () => entry(dice)), tarEnd];
      const archive = Buffer.concat(parts.filter(() => dice(20) > 0));
      return dice(2) ? archive : harm(archive, dice, [...names, largest, Buffer.alloc(512)]);
    },
    async read(bytes, dice) {
      try {
        await extractTar(chunks(bytes, pick(dice, [511, 512, 10_000])), members, "x.tar");
        for (const { path, size } of members.values()) expect(statSync(path).size).toBe(size);
      } finally {
        expect(
          readdirSync(outer, { recursive: true }).filter((name) => !/^middle(\/inner(\/[ab])?)?$/.test(String(name))),
        ).toEqual([]);
        for (const file of readdirSync(inner)) {
          expect(readFileSync(join(inner, file)).length).toBeLessThan(601);
          rmSync(join(inner, file));
        }
      }
    },
  });
  const after = [readdirSync("/tmp"), readdirSync(folder)].map((list) => list.filter((name) => name.includes("out")));
  expect(after).toEqual(before);
});
