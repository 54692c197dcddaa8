import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { addUnreadableImage, readUnreadableImages } from "../../src/records/unreadable-images.ts";
import { temporaryDirectory } from "../helpers/program.ts";

test("a list of images has each image once, in the order in which they were found", () => {
  const run = temporaryDirectory();
  expect(readUnreadableImages(run)).toEqual([]);
  const images = [
    { name: "train/b.JPEG", reason: "cut short" },
    { name: "train/a.JPEG", reason: "no image" },
  ];
  for (const image of [...images, ...images, { name: "train/a.JPEG", reason: "another view" }]) {
    addUnreadableImage(run, image);
  }
  expect(readUnreadableImages(run)).toEqual(images);
  expect(readFileSync(join(run, "unreadable-images.jsonl"), "utf8").split("\n")).toHaveLength(3);
});

test("a damaged list is refused, and the error names its path", () => {
  const run = temporaryDirectory();
  const path = join(run, "unreadable-images.jsonl");
  writeFileSync(path, '{"name":"train/a.JPEG"');
  expect(() => readUnreadableImages(run)).toThrow(
    `Expected ${path} to be a list of images that could not be decoded, got a damaged line.`,
  );
});
