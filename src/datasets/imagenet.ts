// ImageNet (ILSVRC 2012 classification), or other images in its layout. Never downloaded: its terms require each user to
// register.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../errors.ts";
import { expectedLayout, kaggleImages } from "./expected-layout.ts";
import { imageSource, type Titled } from "./image-source.ts";
import { imagenetLayout } from "./layout.ts";
import { dataRoot, findDirectory } from "./location.ts";
import { nearby, unpackCommand, unpackInto } from "./nearby.ts";
import { paperScale } from "./scale-crop.ts";
import type { DatasetOptions } from "./source.ts";

/** The published sizes. */
const published = { classes: 1000, trainImages: 1_281_167, testImages: 50_000 };

export const imagenet = imageSource({
  name: "imagenet",
  wayToGet: "download it from image-net.org, then --data DIR",
  published,
  find: findFolder,
  layout: () => imagenetLayout,
  expected: expectedLayout,
  nearby: imagesNearby,
  fail: failToFind,
  title,
  // Of red, green and blue, as pixel/255 (fb.resnet.torch, datasets/imagenet.lua).
  channelMean: Float32Array.of(0.485, 0.456, 0.406),
});

/** Its name in tables: plain "ImageNet" only for the whole data set at the paper's sizes, with a mean image. */
function title({ classes, trainImages, testImages, mean, reducedTo }: Titled): string {
  const all =
    classes.length === published.classes &&
    classes.every((name) => /^n\d{8}$/.test(name)) &&
    trainImages === published.trainImages &&
    testImages === published.testImages;
  const name = all ? "ImageNet" : `images of ${classes.length} classes`;
  if (mean !== "mean image") return `${name}, ${mean}`;
  return reducedTo !== undefined && reducedTo < paperScale.to ? `${name}, short side at most ${reducedTo}` : name;
}

function findFolder(options: DatasetOptions): string | undefined {
  return findDirectory(dataRoot(options.data).path, "imagenet", ["train"]);
}

function imagesNearby(options: DatasetOptions): string[] {
  const isIn = (path: string) => existsSync(join(path, "train")) && existsSync(join(path, "val"));
  const { path: root } = dataRoot(options.data);
  const sought = {
    isIn,
    archives: {
      "tiny-imagenet-200.zip": unpackCommand,
      "ILSVRC2012_img_train.tar": (path: string) => unpackInto(path, "train"),
      "ILSVRC2012_img_val.tar": (path: string) => unpackInto(path, "val"),
      "imagenet-object-localization-challenge.zip": unpackCommand,
    },
  };
  return nearby(root, { ...sought, below: kaggleImages });
}

function failToFind(options: DatasetOptions): never {
  const root = dataRoot(options.data);
  throw new UserError(
    `Expected ImageNet in ${join(root.path, "imagenet")} or ${root.path}, got neither a folder train/ nor shards from datasets prepare.`,
    [
      ...imagesNearby(options),
      "Its images are available from image-net.org after registration. The expected layout is",
      ...expectedLayout(join(root.path, "imagenet")),
      "If they are in another place: --data DIR or RESNET_EXP_DATA=DIR",
    ],
  );
}
