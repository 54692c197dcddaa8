// The syntax of `datasets list`, `fetch`, `prepare` and `verify`.
import { datasetNames } from "../../config/names.ts";
import { define } from "./definition.ts";
import { orElse, whole, word } from "./option.ts";
import { data, emptyClasses, json, testFraction } from "./shared.ts";

const group = "Tools";
const nameText = "a data set of `datasets list`";

export const datasetsList = define({
  group,
  summary: "List the data sets and where each is",
  argument: "",
  options: { ...data, ...json },
  examples: [
    { command: "datasets list", does: "list all" },
    { command: "datasets list --data /data", does: "look for files in /data" },
  ],
});

export const datasetsFetch = define({
  group,
  summary: "Download a data set, unless it is there",
  argument: "<name>",
  argumentText: nameText,
  argumentCompletes: datasetNames,
  options: { ...data, ...json },
  examples: [
    { command: "datasets fetch cifar10", does: "download CIFAR-10 into the user's cache" },
    { command: "datasets fetch cifar10 --data /data", does: "download it into /data" },
  ],
});

export const datasetsPrepare = define({
  group,
  summary: "Pack a folder of images into large files that read faster; the same command resumes",
  argument: "<name>",
  argumentText: "imagenet or folder",
  argumentCompletes: ["imagenet", "folder"],
  options: {
    ...data,
    size: orElse(whole("<n>", "short side, in pixels, to which larger images are reduced", 256), 480),
    to: word("<dir>", "where to put the files (default: beside the folder)", "directory"),
    shardImages: orElse(whole("<n>", "images per file", 1), 8192),
    ...emptyClasses,
    ...testFraction,
    ...json,
  },
  examples: [
    { command: "datasets prepare imagenet --data /data", does: "pack /data/imagenet, once" },
    { command: "datasets prepare imagenet --data /data --to /fast --size 256", does: "pack smaller images elsewhere" },
  ],
});

export const datasetsVerify = define({
  group,
  summary: "Read all of a data set and show its counts, digest and class balance",
  argument: "[name]",
  argumentText: `${nameText}; by default all that are on this machine`,
  argumentCompletes: datasetNames,
  options: { ...data, ...emptyClasses, ...testFraction, ...json },
  examples: [
    { command: "datasets verify", does: "read every data set that is on this machine" },
    { command: "datasets verify cifar10 --data /data", does: "read the copy in /data" },
  ],
});
