// The syntax of `evaluate`.
import { datasetNames } from "../../config/names.ts";
import { define } from "./definition.ts";
import { choice, grouped, orElse, parsed, whole, word } from "./option.ts";
import {
  adapter,
  data,
  emptyClasses,
  engine,
  json,
  netOptions,
  results,
  runsText,
  testFraction,
  threads,
} from "./shared.ts";

const colours = (text: string) =>
  parsed<readonly number[]>(
    "<list>",
    text,
    (given) => {
      const numbers = given.split(",").map((part) => (/^\d*\.?\d+$/.test(part) ? Number(part) : 0));
      return numbers.every((number) => number > 0) ? numbers : undefined;
    },
    () => "numbers above 0, such as 0.5,0.5,0.5",
  );

export const evaluate = define({
  group: "Check",
  summary: "Test finished runs by the paper's protocols, alone and as an ensemble: top-1 and top-5 error",
  argument: "<run...>",
  argumentText: `${runsText}; with --weights a net, such as imagenet-50`,
  argumentCompletes: "run",
  options: {
    crops: orElse(
      choice("<n>", "crops per image: 1, or 10 for four corners, the centre and their mirror images", [1, 10]),
      1,
    ),
    scales: parsed<readonly number[]>(
      "<list>",
      "test whole images at these short sides and average the scores, such as 224,256,384,480,640",
      (text) => {
        const scales = /^\d{1,4}(,\d{1,4})*$/.test(text) ? text.split(",").map(Number) : [];
        return scales.length > 0 && scales.every((scale) => scale >= 8) ? scales : undefined;
      },
      () => "whole numbers from 8 to 9999, such as 224,256",
    ),
    statistics: orElse(
      choice("<which>", "statistics of batch normalisation: running, or precise (averaged over training batches)", [
        "running",
        "precise",
      ]),
      "running",
    ),
    statisticsBatches: orElse(whole("<n>", "training batches for precise statistics", 1), 100),
    batch: whole("<n>", "images per forward pass (default: the run's own test batch size)", 1),
    ...results,
    ...data,
    ...engine(),
    ...adapter,
    ...threads,
    ...json,
    ...grouped("With --weights:", {
      weights: word(
        "<file>",
        "test external weights: a safetensors file with torchvision's or timm's names; by default the net has projections (B), a 7×7 stem and the stride in the 3×3 of a bottleneck",
        "file",
      ),
      dataset: word("<name>", "the data set to test on (default for the imagenet family: imagenet)", datasetNames),
      mean: orElse(
        colours("means of red, green and blue, in pixel/255, that the weights were trained with"),
        [0.485, 0.456, 0.406],
      ),
      std: orElse(colours("standard deviations of the same channels"), [0.229, 0.224, 0.225]),
      ...netOptions,
      ...emptyClasses,
      ...testFraction,
    }),
  },
  examples: [
    {
      command: "evaluate 'ResNet-*' --crops 10",
      does: "test the residual nets with ten crops, alone and as an ensemble",
    },
    {
      command: "evaluate --weights resnet50.safetensors imagenet-50 --scales 224,256,384,480,640",
      does: "test torchvision's weights on ImageNet at five scales",
    },
  ],
});
