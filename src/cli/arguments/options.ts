// The arguments and options that several commands share, and how their texts are read.
import { InvalidArgumentError, Option } from "commander";
import { activationNames, blockNames, shortcutNames } from "../../config/names.ts";
import { suggestedList } from "../../config/suggested.ts";
import { engineNames } from "../../engines/names.ts";
import { parseDuration } from "../../text/quantities.ts";

export const runsArgument = "runs by id, its beginning or end, label (all its seeds), or a glob as ResNet-*";
export const runArgument = "id of a run, its beginning or end, or a label, as plain-18 or ResNet-*";

export const profile = () => new Option("--profile <name>", "lay one of the file's profiles over it");
export const set = () =>
  new Option(
    "--set <path=value>",
    "lay a value over the file, as training.iterations=600; a,b makes a matrix axis; repeatable",
  )
    // Not variadic: that would swallow the file that follows.
    .argParser((text, earlier: readonly string[] = []) => [...earlier, text]);
export const seeds = () => new Option("--seeds <list>", "seeds instead of the file's, as 0,1,2").argParser(seedList);
export const only = () => new Option("--only <glob>", 'only runs of these labels, as "ResNet-*" or "plain-18 seed 0"');
export const results = () => new Option("--results <dir>", "where runs and tables are").default("results");
export const budget = () =>
  new Option("--budget <time>", "say which runs fit a time, as 2h or 1h30m; calibrates too").argParser(timeSpan);
export const data = () =>
  new Option("--data <dir>", "where data sets are (default: RESNET_EXP_DATA, else the user's cache)");
export const threads = () =>
  new Option(
    "--threads <n>",
    "threads of the engine (default: all cores); they decide no number, but on tensorflow the last digits",
  ).argParser(wholeNumber(1));
export const engine = (description = "what computes; auto takes the fastest that is here") =>
  new Option("--engine <name>", description).choices(["auto", ...engineNames]).default("auto");
export const adapter = () =>
  new Option(
    "--adapter <name>",
    "graphics adapter of the webgpu engine: part of its name, or its index; with --jobs several, as 0,1",
  );
export const json = (description = "print JSON") => new Option("--json", description);

export function modelOptions(): Option[] {
  return [
    ...netOptions(),
    new Option("--activation <order>", "order of normalisation, ReLU and addition in a block").choices(activationNames),
    new Option("--span <n>", "3×3 convolutions in a basic block").argParser(wholeNumber(1)),
    new Option("--size <n>", "height and width of the images (default: cifar 32, imagenet 224)").argParser(
      wholeNumber(8),
    ),
    new Option("--classes <n>", "classes (default: cifar 10, imagenet 1000)").argParser(wholeNumber(2)),
  ];
}

/** What torchvision's nets differ in. */
export function netOptions(): Option[] {
  return [
    new Option("--block <block>", "building block").choices(blockNames),
    new Option("--shortcut <option>", "path around a block (default: cifar A, imagenet B)").choices(shortcutNames),
    new Option("--width <n>", "channels of the first stage (default: cifar 16, imagenet 64)").argParser(wholeNumber(1)),
    new Option("--stem <stem>", "first layer of the imagenet family").choices(["auto", "7x7", "3x3"]),
    new Option("--stride-in <kernel>", "convolution of a bottleneck that has the stride").choices(["1x1", "3x3"]),
  ];
}

/** As `dataset.emptyClasses: allow` of an experiment file. */
export function emptyClasses(): Option {
  return new Option("--empty-classes", "keep a class of a folder of images that has none");
}

export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least)) throw new InvalidArgumentError(`Expected a whole number from ${least} up.`);
    return value;
  };
}

export function portNumber(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new InvalidArgumentError("Expected a port, a whole number from 0 to 65535.");
  return port;
}

export function timeSpan(text: string): number {
  const seconds = parseDuration(text);
  if (!seconds) throw new InvalidArgumentError("Expected a time, as 2h, 90m, 1h30m or 45s.");
  return seconds;
}

export function seedList(text: string): number[] {
  if (!/^\d{1,15}(,\d{1,15})*$/.test(text)) {
    const meant = suggestedList(text, { type: "integer", minimum: 0 })?.join(",") ?? "0,1,2";
    throw new InvalidArgumentError(`Expected whole numbers, as ${meant}.`);
  }
  return text.split(",").map(Number);
}

export function numberList(text: string): number[] {
  const numbers = text.split(",").map((part) => (/^\d*\.?\d+$/.test(part) ? Number(part) : Number.NaN));
  if (!numbers.every((number) => number > 0))
    throw new InvalidArgumentError("Expected numbers above 0, as 0.5,0.5,0.5.");
  return numbers;
}

export function scaleList(text: string): number[] {
  const scales = /^\d{1,4}(,\d{1,4})*$/.test(text) ? text.split(",").map(Number) : [];
  if (scales.length === 0 || scales.some((scale) => scale < 8)) {
    throw new InvalidArgumentError("Expected whole numbers from 8 to 9999, as 224,256.");
  }
  return scales;
}
