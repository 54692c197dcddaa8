// Arguments and options that several commands share.

import { activationNames, blockNames, shortcutNames } from "../../config/names.ts";
import { suggestedList } from "../../config/suggested.ts";
import { engineNames } from "../../engines/names.ts";
import { parseDuration } from "../../text/quantities.ts";
import { choice, flag, grouped, orElse, parsed, repeatable, whole, word } from "./option.ts";

export const runText = "a run: its id, the beginning or end of its id, or its label, such as plain-18";
export const runsText = "runs: ids, beginnings or ends of ids, labels (all seeds), or globs, such as 'ResNet-*'";
export const experimentsText = "names of experiments (default: all)";
export const filesText = "experiment files, or names of experiments that come with the program";
export const modelText =
  "a net as FAMILY-DEPTH: cifar-20, cifar-56 …, imagenet-18 … imagenet-152; or its usual name: resnet20, resnet50, plain34 …";

export const models = [
  "cifar-20",
  "cifar-56",
  "cifar-110",
  "imagenet-18",
  "imagenet-34",
  "imagenet-50",
  "imagenet-101",
];

/** More seeds are refused: no experiment may have as many runs. */
const maximumSeeds = 10_000;

/** "0,1,2" or "0-4,7" as a list; undefined if the text is neither or has too many seeds. */
function readSeeds(text: string): readonly number[] | undefined {
  if (!/^\d{1,15}(-\d{1,15})?(,\d{1,15}(-\d{1,15})?)*$/.test(text)) return undefined;
  const ranges = text.split(",").map((part) => {
    const [first = 0, last = first] = part.split("-").map(Number);
    return { first, count: last - first + 1 };
  });
  const total = ranges.reduce((sum, { count }) => sum + count, 0);
  if (ranges.some(({ count }) => count < 1) || total > maximumSeeds) return undefined;
  return ranges.flatMap(({ first, count }) => Array.from({ length: count }, (_, i) => first + i));
}

const whichRuns = "Which runs:";
const whereFiles = "Where files are:";
const whatComputes = "What computes:";
const onClusterTitle = "On a cluster:";

/** Options that change an experiment file's values. */
export const overlay = grouped(whichRuns, {
  profile: repeatable(word("<name>", "profile of the file to lay over it; repeatable, later ones win", "profile")),
  set: repeatable(
    word(
      "<path=value>",
      "override a value of the file, such as training.iterations=600; a,b makes a matrix axis; repeatable",
    ),
  ),
  seeds: parsed<readonly number[]>(
    "<list>",
    "seeds to use instead of the file's, such as 0,1,2 or 0-4",
    readSeeds,
    (text) =>
      `whole numbers or ranges, such as ${suggestedList(text, { type: "integer", minimum: 0 })?.join(",") ?? "0,1,2 or 0-4"}`,
  ),
});

export const selection = {
  ...overlay,
  ...grouped(whichRuns, {
    only: word("<glob>", 'only runs with these labels, such as "ResNet-*" or "plain-18 seed 0"'),
  }),
};

export const results = grouped(whereFiles, {
  results: orElse(word("<dir>", "where runs and tables are", "directory"), "results"),
});

export const data = grouped(whereFiles, {
  data: word("<dir>", "where data sets are (default: RESNET_EXP_DATA, else the user's cache)", "directory"),
});

/** @param auto the engine that `auto` means */
export function engine(auto = "the fastest available") {
  return grouped(whatComputes, {
    engine: orElse(choice("<name>", `the engine; auto takes ${auto}`, ["auto", ...engineNames]), "auto"),
  });
}

export const adapter = grouped(whatComputes, {
  adapter: word(
    "<name>",
    "graphics adapter of the webgpu engine: part of its name, or its index; with --jobs a list, such as 0,1",
  ),
});

export const threads = grouped(whatComputes, {
  threads: whole(
    "<n>",
    "threads of the engine (default: all cores); they do not change the results, except the last digits on tensorflow",
    1,
  ),
});

export const json = { json: flag("print JSON") };

/** The same as `dataset.emptyClasses: allow` in an experiment file. */
export const emptyClasses = { emptyClasses: flag("keep classes whose folder has no images") };

/** As `dataset.testFraction` of an experiment file. */
export const testFraction = {
  testFraction: parsed(
    "<share>",
    "folder: share of each class to test on, such as 0.2, where there is no folder of test images",
    (text) => (/^0?\.\d+$/.test(text) && Number(text) > 0 ? Number(text) : undefined),
    () => "a number above 0 and below 1, such as 0.2",
  ),
};

export const budget = {
  budget: parsed(
    "<time>",
    "show which runs fit into a time, such as 2h or 1h30m; measures like --calibrate",
    (text) => parseDuration(text) || undefined,
    () => "a time, such as 2h, 90m, 1h30m or 45s",
  ),
};

/** Options in which torchvision's nets differ from the paper's. */
export const netOptions = {
  block: choice("<block>", "building block", blockNames),
  shortcut: choice("<option>", "path around a block (default: cifar A, imagenet B)", shortcutNames),
  width: whole("<n>", "channels of the first stage (default: cifar 16, imagenet 64)", 1),
  stem: choice("<stem>", "first layer of the imagenet family", ["auto", "7x7", "3x3"]),
  strideIn: choice("<kernel>", "the convolution of a bottleneck with the stride", ["1x1", "3x3"]),
};

/** Options that complete FAMILY-DEPTH to a net, and options of its input. */
export const modelOptions = grouped("The net:", {
  ...netOptions,
  activation: choice("<order>", "order of normalisation, ReLU and addition in a block", activationNames),
  span: whole("<n>", "3×3 convolutions in a basic block", 1),
  size: whole("<n>", "height and width of the images (default: cifar 32, imagenet 224)", 8),
  classes: whole("<n>", "classes (default: cifar 10, imagenet 1000)", 2),
});

/** Options to train runs as tasks of a batch system. */
export const onCluster = grouped(onClusterTitle, {
  on: choice("<system>", "hand the runs to a batch system; --jobs of `run` is how many at once", ["slurm"]),
  slurm: repeatable(word("<key=value>", "an option of sbatch, as partition=gpu or time=4:00:00; repeatable")),
});

/** More of them, for `run`. */
export const detached = grouped(onClusterTitle, {
  detach: flag("submit the runs to Slurm and do not follow them"),
  manifest: word(
    "<file>",
    "write the runs for `worker`, which another batch system starts, and train nothing; --jobs is how many tasks",
    "file",
  ),
});
