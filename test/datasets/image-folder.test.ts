import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { listImageFolder } from "../../src/datasets/image-folder.ts";
import { UserError } from "../../src/errors.ts";
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
  it("numbers classes in the order of their names, and takes images from each class in turn", () => {
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

  it("passes over hidden files and files that are not images", () => {
    const directory = folder();
    write(join(directory, "val/n1/v.JPEG"), "x");
    const { digest } = listImageFolder(directory);
    for (const name of [".hidden.JPEG", "._a.JPEG", "notes.txt"]) write(join(directory, "train/n20", name), "x");
    expect(listImageFolder(directory).digest).toBe(digest);
  });

  it("has a different digest if a file has another size, class or name", () => {
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

  it("reads Kaggle's list, and TensorFlow's list with one class per line", () => {
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
    // The development kit's numbers are not positions among the sorted names.
    ["val.txt", "0\n1\n2\n", 'to be a class of train/, got "0" for val_1.JPEG.'],
  ])("names the label that it cannot use: %s %j", (list, text, message) => {
    const directory = flat(list, text);
    expect(() => listImageFolder(directory)).toThrow(message);
  });

  it("says which layout it expects if a part is missing", () => {
    const directory = temporaryDirectory();
    expect(() => listImageFolder(directory)).toThrow(
      `Expected ${directory}/train to have a folder for each class (1,000 in ImageNet), got 0.`,
    );
    for (const name of ["n1", "n2"]) mkdirSync(join(directory, "train", name), { recursive: true });
    mkdirSync(join(directory, "val"));
    expect(() => listImageFolder(directory)).toThrow(
      `Expected ${directory}/val to have a folder for each class, or a list of labels next to it, got neither.`,
    );
    mkdirSync(join(directory, "val/n1"));
    expect(() => listImageFolder(directory)).toThrow(`Expected ${directory}/train to have images, got no file`);
    mkdirSync(join(directory, "val/n7"));
    expect(() => listImageFolder(directory)).toThrow(
      `Expected each folder in ${directory}/val to be a class of train/, got "n7".`,
    );
  });
});

/** train/ and val/ of two classes with an image each, and the caller's files. */
function twoClasses(...more: string[]): string {
  const directory = temporaryDirectory();
  for (const name of ["train/cat/a.JPEG", "train/dog/b.JPEG", "val/cat/c.JPEG", "val/dog/d.JPEG", ...more]) {
    write(join(directory, name), "x");
  }
  return directory;
}

const saidOf = (directory: string) => {
  const { problems, notes } = listImageFolder(directory);
  return { problems, notes };
};

function refusalOf(directory: string): UserError {
  try {
    listImageFolder(directory);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("It was not refused.");
}

describe("a file in the folder that is not read", () => {
  it("is counted and named, and does not change the digest", () => {
    const directory = twoClasses();
    const { digest } = listImageFolder(directory);
    for (const name of [
      ...["train/cat/Thumbs.db", "train/cat/notes.txt", "train/dog/.DS_Store", "val/cat/._c.JPEG"],
      ...["train/__MACOSX/cat/._a.JPEG", "val/.ipynb_checkpoints/x.JPEG"],
    ]) {
      write(join(directory, name), "x");
    }
    expect(listImageFolder(directory).digest).toBe(digest);
    expect(saidOf(directory)).toEqual({
      problems: [],
      notes: [
        "Passed over 1 folder of an operating system: train/__MACOSX.",
        "Passed over 3 hidden files or folders: train/dog/.DS_Store, val/.ipynb_checkpoints, val/cat/._c.JPEG.",
        "Passed over 2 files that are not images: train/cat/Thumbs.db, train/cat/notes.txt.",
      ],
    });
  });

  it("is a problem if images may be missing because of it", () => {
    const bmps = [1, 2, 3, 4, 5].map((number) => `train/dog/${number}.bmp`);
    const directory = twoClasses(...bmps, "train/loose.jpg", "val/dog.zip");
    symlinkSync("gone.JPEG", join(directory, "train/cat/link.JPEG"));
    symlinkSync("gone", join(directory, "val/cat/more"));
    symlinkSync("self.JPEG", join(directory, "val/cat/self.JPEG"));
    execFileSync("mkfifo", [join(directory, "train/cat/pipe.jpg")]);
    expect(saidOf(directory)).toEqual({
      problems: [
        "Passed over 5 images with an ending that the program does not read: train/dog/1.bmp, train/dog/2.bmp, train/dog/3.bmp and 2 more.",
        "Passed over 3 links that lead nowhere: train/cat/link.JPEG, val/cat/more, val/cat/self.JPEG.",
        "Passed over 1 image that is not a file: train/cat/pipe.jpg.",
        "Passed over 1 image outside the class folders: train/loose.jpg.",
        "Passed over 1 packed archive: val/dog.zip.",
      ],
      notes: [],
    });
  });

  it("is named even if its name is not UTF-8 or has control characters", () => {
    const directory = twoClasses("val/dog/\x1b[2J.txt");
    writeFileSync(
      Buffer.concat([Buffer.from(`${directory}/train/cat/caf`), Buffer.of(0xe9), Buffer.from(".jpg")]),
      "x",
    );
    expect(saidOf(directory)).toEqual({
      problems: ["Passed over 1 name that is not UTF-8: train/cat/caf\uFFFD.jpg."],
      notes: ["Passed over 1 file that is not an image: val/dog/\\x1b[2J.txt."],
    });
  });

  it("is named if its permissions forbid reading it", () => {
    const directory = twoClasses("train/cat/more/e.jpg", "train/dog/f.jpg");
    chmodSync(directory, 0o755);
    chmodSync(join(directory, "train/cat/more"), 0);
    chmodSync(join(directory, "train/dog/f.jpg"), 0);
    onTestFinished(() => chmodSync(join(directory, "train/cat/more"), 0o700));
    expect(asNobody(() => saidOf(directory).problems)).toEqual([
      "Passed over 2 files or folders without read permission: train/cat/more, train/dog/f.jpg.",
    ]);
  });
});

/** Root may read everything, so this runs as another user. */
function asNobody<T>(look: () => T): T {
  if (process.getuid?.() !== 0) return look();
  process.seteuid?.(65_534);
  try {
    return look();
  } finally {
    process.seteuid?.(0);
  }
}

describe("images in subfolders of their class", () => {
  it("are read, sorted by path, and a note says so", () => {
    const directory = twoClasses("train/cat/deep/er/e.jpg", "train/cat/z.jpg", "train/dog/images/f.jpg");
    const { train, problems, notes } = listImageFolder(directory);
    expect(train.map(({ path, label }) => `${path} ${label}`)).toEqual([
      ...["train/cat/a.JPEG 0", "train/dog/b.JPEG 1", "train/cat/deep/er/e.jpg 0"],
      ...["train/dog/images/f.jpg 1", "train/cat/z.jpg 0"],
    ]);
    expect(problems).toEqual([]);
    expect(notes).toEqual(["Read 2 images from subfolders of the class folders: train/cat/deep/er, train/dog/images."]);
  });

  it("are read once if links lead in a circle or to other classes", () => {
    const directory = twoClasses();
    symlinkSync("..", join(directory, "train/cat/up"));
    symlinkSync(".", join(directory, "train/cat/here"));
    symlinkSync("../dog", join(directory, "train/cat/dog"));
    symlinkSync(join(directory, "train/cat"), join(directory, "train/dog/cat"));
    const { train, problems, notes } = listImageFolder(directory);
    expect(train.map(({ path }) => path)).toEqual([
      ...["train/cat/a.JPEG", "train/dog/b.JPEG", "train/cat/dog/b.JPEG", "train/dog/cat/a.JPEG"],
    ]);
    expect(problems).toEqual([
      "Passed over 6 links to folders that were read before: train/cat/dog/cat, train/cat/here, train/cat/up and 3 more.",
    ]);
    expect(notes).toEqual(["Read 2 images from subfolders of the class folders: train/cat/dog, train/dog/cat."]);
  });

  it("are read in Tiny ImageNet, with its list for the test images", () => {
    const directory = temporaryDirectory();
    for (const name of ["n1/images/n1_0.JPEG", "n1/n1_boxes.txt", "n2/images/n2_0.JPEG"]) {
      write(join(directory, "train", name), "x");
    }
    for (const number of [0, 1]) write(join(directory, `val/images/val_${number}.JPEG`), "x");
    write(
      join(directory, "val/val_annotations.txt"),
      "val_0.JPEG\tn2\t0\t32\t44\t62\nval_1.JPEG\tn1\t52\t55\t57\t59\n",
    );
    expect(testOf(directory)).toEqual([
      ["val/images/val_1.JPEG", 0],
      ["val/images/val_0.JPEG", 1],
    ]);
    expect(saidOf(directory)).toEqual({
      problems: [],
      notes: [
        "Passed over 1 file that is not an image: train/n1/n1_boxes.txt.",
        "Read 2 images from subfolders of the class folders: train/n1/images, train/n2/images.",
      ],
    });
  });
});

describe("classes", () => {
  it("without images are refused by name, with the files in the folder, unless they are allowed", () => {
    const directory = twoClasses("train/bird/1.bmp", "train/bird/2.bmp", "val/bird/readme.txt");
    const refusal = refusalOf(directory);
    expect(refusal.message).toBe(
      `Expected each class folder in ${directory} to have images, got none in train/bird, val/bird.`,
    );
    expect(refusal.hints).toEqual([
      "Passed over 2 images with an ending that the program does not read: train/bird/1.bmp, train/bird/2.bmp.",
      "Passed over 1 file that is not an image: val/bird/readme.txt.",
      "Files that end in .JPEG, .jpg, .png, .webp and .tif are read.",
      "To train without a class, move its folder out of train/ and val/.",
      "To keep a class without images: dataset.emptyClasses: allow in the experiment file or by --set, or --empty-classes",
      "with datasets prepare, datasets verify and evaluate --weights.",
    ]);
    const { classes, train, problems } = listImageFolder(directory, { emptyClasses: "allow" });
    expect(classes).toEqual(["bird", "cat", "dog"]);
    expect(train.map(({ label }) => label)).toEqual([1, 2]);
    expect(problems.slice(1)).toEqual([
      "No training images for 1 of 3 classes: bird.",
      "No test images for 1 of 3 classes: bird.",
    ]);
  });

  it("of files without content are refused like those without images", () => {
    const directory = twoClasses("val/bird/1.JPEG");
    writeFileSync(join(directory, "val/bird/1.JPEG"), "");
    write(join(directory, "train/bird/1.JPEG"), "");
    write(join(directory, "train/bird/2.JPEG"), "");
    const refusal = refusalOf(directory);
    expect(refusal.message).toBe(
      `Expected each class folder in ${directory} to have images, got none in train/bird, val/bird.`,
    );
    expect(refusal.hints[0]).toBe("Files without content: train/bird/1.JPEG, train/bird/2.JPEG, val/bird/1.JPEG.");
  });

  it("without a folder in val/ are named", () => {
    const directory = twoClasses("train/bird/1.jpg");
    expect(saidOf(directory).problems).toEqual(["No test images for 1 of 3 classes: bird."]);
  });

  it("are refused if the name of their folder is not UTF-8, with the command that renames it", () => {
    const directory = twoClasses();
    const latin = Buffer.concat([Buffer.from(`${directory}/train/caf`), Buffer.of(0xe9)]);
    renameSync(join(directory, "train/cat"), latin);
    const { message, hints } = refusalOf(directory);
    expect(message).toBe(`Expected the name of each class folder in ${directory}/train to be UTF-8, got $'caf\\xe9'.`);
    expect(hints).toEqual([`Rename it: mv ${directory}/train/$'caf\\xe9' ${directory}/train/café`]);
    execFileSync("bash", ["-c", hints[0]!.replace("Rename it: ", "")]);
    renameSync(join(directory, "val/cat"), join(directory, "val/cafe\u0301")); // as a Mac writes it
    expect(listImageFolder(directory).classes).toEqual(["café", "dog"]);
    expect(testOf(directory)).toEqual([
      ["val/cafe\u0301/c.JPEG", 0],
      ["val/dog/d.JPEG", 1],
    ]);
  });

  it("of val/ that train/ lacks are refused, and the nearest one is named", () => {
    const { message, hints } = refusalOf(twoClasses("val/Cat/e.jpg", "val/horse/f.jpg"));
    expect(message).toMatch(/^Expected each folder in \S+\/val to be a class of train\/, got "Cat", "horse"\.$/);
    expect(hints[0]).toBe('The nearest class of train/ is "cat".');
  });

  it("that are the same folder through links are named", () => {
    const directory = twoClasses();
    symlinkSync("dog", join(directory, "train/wolf"));
    expect(saidOf(directory).problems).toEqual([
      "One folder is read as two classes: train/dog and train/wolf.",
      "No test images for 1 of 3 classes: wolf.",
    ]);
  });
});

describe("a layout of another program", () => {
  it("with test/ instead of val/ gets a hint that makes it readable", () => {
    const directory = twoClasses();
    renameSync(join(directory, "val"), join(directory, "test"));
    const { message, hints } = refusalOf(directory);
    expect(message).toBe(`Expected ${directory}/val to have the test images, got no such folder.`);
    expect(hints[0]).toBe(`If they are in test/: ln -s test ${directory}/val`);
    execFileSync("bash", ["-c", hints[0]!.replace(/^.*: /, "")]);
    expect(listImageFolder(directory).test.length).toBe(2);
  });

  it("with an archive for each class gets the command that unpacks them", () => {
    const directory = temporaryDirectory();
    for (const name of ["n1", "n2"]) {
      write(join(directory, "train", name, "a.JPEG"), "x");
      execFileSync("tar", [
        "-cf",
        join(directory, `train/${name}.tar`),
        "-C",
        join(directory, "train", name),
        "a.JPEG",
      ]);
      rmSync(join(directory, "train", name), { recursive: true });
      write(join(directory, "val", name, "b.JPEG"), "x");
    }
    const { message, hints } = refusalOf(directory);
    expect(message).toMatch(/train to have a folder for each class \(1,000 in ImageNet\), got 0\.$/);
    expect(hints[0]).toBe("Passed over 2 packed archives: train/n1.tar, train/n2.tar.");
    execFileSync("bash", ["-c", hints[1]!.replace("To unpack them: ", "")]);
    expect(listImageFolder(directory).train.length).toBe(2);
  });

  it("with labels of missing images is read, and a sentence says so", () => {
    const directory = flat("val.txt", "\uFEFFval_1.JPEG 2\nval_2.JPEG 0\nval_3.JPEG 2\nval_4.JPEG 1\n");
    expect(saidOf(directory).problems).toEqual([
      `Labels without an image in ${directory}/val.txt: val_4.JPEG.`,
      "No test images for 1 of 3 classes: n20.",
    ]);
  });
});
