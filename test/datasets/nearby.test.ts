// The hints if a data set is not found, but something similar is.
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openDataset, sources } from "../../src/datasets/dataset.ts";
import { UserError } from "../../src/errors.ts";
import { temporaryDirectory, write, writeCifar, writeImageFolder } from "./fixtures.ts";

/** The hints for a data set that is not in this directory. */
async function hintsOn(name: "cifar10" | "cifar100" | "imagenet", data: string): Promise<readonly string[]> {
  try {
    await openDataset({ name, validationImages: 0 }, { data });
  } catch (error) {
    if (error instanceof UserError) return error.hints;
    throw error;
  }
  throw new Error("It was found.");
}

describe("a directory that is almost right", () => {
  it("gets a hint at the directory with the files, below or above it", async () => {
    const data = temporaryDirectory();
    writeCifar(join(data, "sets/cifar-10-batches-bin"));
    const hint = `It is in ${data}/sets/cifar-10-batches-bin: --data ${data}/sets/cifar-10-batches-bin`;
    expect((await hintsOn("cifar10", data))[0]).toBe(hint);
    mkdirSync(join(data, "sets/cifar-10-batches-bin/here"));
    expect((await hintsOn("cifar10", join(data, "sets/cifar-10-batches-bin/here")))[0]).toBe(hint);
    await openDataset({ name: "cifar10", validationImages: 0 }, { data: hint.split("--data ")[1]! });
  });

  it("gets a hint at the folder of Kaggle's ImageNet, whose list of labels is read from above it", async () => {
    const data = temporaryDirectory();
    const images = join(data, "kaggle/ILSVRC/Data/CLS-LOC");
    await writeImageFolder(images);
    rmSync(join(images, "val"), { recursive: true });
    write(join(images, "val/val_1.JPEG"), "x");
    write(join(data, "kaggle/LOC_val_solution.csv"), "ImageId,PredictionString\nval_1,n20 1 2 3 4\n");
    for (const from of [data, join(data, "kaggle")]) {
      expect((await hintsOn("imagenet", from))[0]).toBe(`It is in ${images}: --data ${images}`);
    }
    const { test } = sources.imagenet.list!({ data: images });
    expect(test.map(({ path, label }) => [path, label])).toEqual([["val/val_1.JPEG", 1]]);
  });

  it("gets the command that unpacks the archive in it", async () => {
    const data = temporaryDirectory();
    write(join(data, "cifar-10-binary.tar.gz"), "x");
    write(join(data, "cifar-100-python.tar.gz"), "x");
    expect((await hintsOn("cifar10", data))[0]).toBe(
      `${data}/cifar-10-binary.tar.gz is still packed: resnet-exp datasets fetch cifar10 --data ${data}`,
    );
    expect((await hintsOn("cifar100", data))[0]).toBe(
      `${data}/cifar-100-python.tar.gz is still packed: tar -xf ${data}/cifar-100-python.tar.gz -C ${data}`,
    );
  });

  it("gets the command that converts CIFAR's Python files", async () => {
    const data = temporaryDirectory();
    for (const name of ["data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch"]) {
      write(join(data, "cifar-10-batches-py", name), "x");
    }
    const [said, command] = await hintsOn("cifar10", data);
    expect(said).toBe(
      `${data}/cifar-10-batches-py has the Python version. To convert it, with the Python package numpy:`,
    );
    expect(command).toMatch(/^python3 -c 'import os, pickle, sys, numpy as np; [^']*\(b"labels", b"data"\)[^']*'/);
    expect(command!.endsWith(`' ${data}/cifar-10-batches-py ${data}/cifar-10-batches-bin`)).toBe(true);
    for (const name of ["train", "test"]) write(join(data, "cifar-100-python", name), "x");
    expect((await hintsOn("cifar100", data))[1]).toContain('(b"coarse_labels", b"fine_labels", b"data")');
  });

  it("gets a hint at the folder of images below it, or at its archives", async () => {
    const data = temporaryDirectory();
    await writeImageFolder(join(data, "tiny-imagenet-200"));
    expect((await hintsOn("imagenet", data))[0]).toBe(
      `It is in ${data}/tiny-imagenet-200: --data ${data}/tiny-imagenet-200`,
    );
    const packed = temporaryDirectory();
    write(join(packed, "n1.JPEG"), "x");
    execFileSync("tar", ["-cf", join(packed, "ILSVRC2012_img_val.tar"), "-C", packed, "n1.JPEG"]);
    const hint = (await hintsOn("imagenet", packed))[0]!;
    expect(hint).toBe(
      `${packed}/ILSVRC2012_img_val.tar is still packed: mkdir -p ${packed}/val && tar -xf ${packed}/ILSVRC2012_img_val.tar -C ${packed}/val`,
    );
    execFileSync("bash", ["-c", hint.split("packed: ")[1]!]);
    expect(execFileSync("ls", [join(packed, "val")], { encoding: "utf8" })).toBe("n1.JPEG\n");
  });

  it("gets no hint if nothing is near", () => {
    const data = join(temporaryDirectory(), "a/b/c");
    mkdirSync(data, { recursive: true });
    for (const name of ["cifar10", "cifar100", "imagenet"] as const) {
      expect(sources[name].nearby?.({ data })).toEqual([]);
    }
  });
});
