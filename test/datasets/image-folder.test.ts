import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { listImageFolder } from "../../src/datasets/image-folder.ts";
import { temporaryDirectory, write } from "./fixtures.ts";

/** Files of a few bytes: listing opens none of them. */
function folder(): string {
  const directory = temporaryDirectory();
  for (const name of ["n20/a.JPEG", "n20/b.jpg", "n20/c.png", "n3/d.JPEG", "n1/e.jpeg", "n1/f.JPEG"]) {
    write(join(directory, "train", name), "x");
  }
  return directory;
}

function flat(list: string, text: string): string {
  const directory = folder();
  for (const number of [1, 2, 3]) write(join(directory, "val", `val_${number}.JPEG`), "x");
  write(join(directory, list), text);
  return directory;
}

const testOf = (directory: string) => listImageFolder(directory).test.map(({ path, label }) => [path, label]);

describe("listImageFolder", () => {
  it("numbers classes in the order of their names, and counts images round the classes", () => {
    const directory = folder();
    write(join(directory, "val/n3/v.JPEG"), "xy");
    const { classes, train, test } = listImageFolder(directory);
    expect(classes).toEqual(["n1", "n20", "n3"]);
    expect(train.map(({ path, label }) => `${path} ${label}`)).toEqual([
      "train/n1/e.jpeg 0",
      "train/n20/a.JPEG 1",
      "train/n3/d.JPEG 2",
      "train/n1/f.JPEG 0",
      "train/n20/b.jpg 1",
      "train/n20/c.png 1",
    ]);
    expect(test).toEqual([{ path: "val/n3/v.JPEG", label: 2, bytes: 2 }]);
  });

  it("passes over hidden files and those that are no images", () => {
    const directory = folder();
    write(join(directory, "val/n1/v.JPEG"), "x");
    const { digest } = listImageFolder(directory);
    for (const name of [".hidden.JPEG", "._a.JPEG", "notes.txt"]) write(join(directory, "train/n20", name), "x");
    expect(listImageFolder(directory).digest).toBe(digest);
  });

  it("has another digest where a file has another size, class or name", () => {
    const directory = folder();
    write(join(directory, "val/n1/v.JPEG"), "x");
    const digests = [listImageFolder(directory).digest];
    writeFileSync(join(directory, "train/n1/e.jpeg"), "xx");
    digests.push(listImageFolder(directory).digest);
    write(join(directory, "train/n3/g.JPEG"), "x");
    digests.push(listImageFolder(directory).digest);
    rmSync(join(directory, "val"), { recursive: true });
    write(join(directory, "val/n3/v.JPEG"), "x");
    digests.push(listImageFolder(directory).digest);
    expect(new Set(digests).size).toBe(4);
  });

  it("reads the labels of a flat val/ from a list of names with numbers or classes", () => {
    const expected = [
      ["val/val_2.JPEG", 0],
      ["val/val_1.JPEG", 2],
      ["val/val_3.JPEG", 2],
    ];
    expect(testOf(flat("val.txt", "val_1.JPEG 2\nval_2.JPEG 0\r\nval_3.JPEG 2\n"))).toEqual(expected);
    expect(testOf(flat("val/val.txt", "val/val_3.JPEG n3\nval/val_2.JPEG n1\nval/val_1.JPEG n3\n"))).toEqual(expected);
  });

  it("reads Kaggle's list, and that of TensorFlow with a class a line", () => {
    const kaggle =
      "ImageId,PredictionString\nval_2,n1 85 1 499 272 \nval_3,n3 1 2 3 4 n3 5 6 7 8 \nval_1,n20 1 2 3 4\n";
    const expected = [
      ["val/val_2.JPEG", 0],
      ["val/val_1.JPEG", 1],
      ["val/val_3.JPEG", 2],
    ];
    expect(testOf(flat("LOC_val_solution.csv", kaggle))).toEqual(expected);
    expect(testOf(flat("imagenet_2012_validation_synset_labels.txt", "n20\nn1\nn3\n"))).toEqual(expected);
  });

  it.each([
    [
      "val.txt",
      "val_1.JPEG 2\nval_2.JPEG 3\nval_3.JPEG 0\n",
      'to be a class of train/ or a number from 0 to 2, got "3" for val_2.JPEG.',
    ],
    ["val.txt", "val_1.JPEG 2\nval_2.JPEG 1\n", "to have a label for each image in val/, got none for val_3.JPEG."],
    ["val.txt", "n1\nn3\n", "to have a line for each of the 3 images, got 2."],
    // The development kit's numbers are not places among the sorted names.
    ["val.txt", "0\n1\n2\n", 'to be a class of train/, got "0" for val_1.JPEG.'],
  ])("says which label it cannot use: %s %j", (list, text, message) => {
    const directory = flat(list, text);
    expect(() => listImageFolder(directory)).toThrow(message);
  });

  it("says the layout it expects where a part is missing", () => {
    const directory = temporaryDirectory();
    expect(() => listImageFolder(directory)).toThrow(
      `Expected ${directory}/train to hold a folder for each class (1,000 in ImageNet), got 0.`,
    );
    for (const name of ["n1", "n2"]) mkdirSync(join(directory, "train", name), { recursive: true });
    mkdirSync(join(directory, "val"));
    expect(() => listImageFolder(directory)).toThrow(
      `Expected ${directory}/val to hold a folder for each class or a list of labels beside it, got neither.`,
    );
    mkdirSync(join(directory, "val/n1"));
    expect(() => listImageFolder(directory)).toThrow(`Expected ${directory}/train to hold images, got no file`);
    mkdirSync(join(directory, "val/n7"));
    expect(() => listImageFolder(directory)).toThrow(
      `Expected each folder in ${directory}/val to be a class of train/, got "n7".`,
    );
  });
});
