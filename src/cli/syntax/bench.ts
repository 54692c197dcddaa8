// The syntax of `bench`.
import { define } from "./definition.ts";
import { choice, flag, orElse, whole } from "./option.ts";
import { adapter, engine, json, modelOptions, models, modelText, threads } from "./shared.ts";

export const bench = define({
  group: "Tools",
  summary: "Time a net on an engine: images per second, arithmetic per second and memory",
  argument: "<model>",
  argumentText: modelText,
  argumentCompletes: models,
  options: {
    ...engine(),
    ...adapter,
    ...threads,
    batch: orElse(whole("<n>", "images per step", 1), 128),
    steps: orElse(whole("<n>", "steps to time", 1), 10),
    precision: orElse(choice("<name>", "number format of the computation", ["float32", "bf16-mixed"]), "float32"),
    evaluate: flag("time forward passes instead of training steps"),
    kernels: flag("also show the time of each kernel"),
    ...modelOptions,
    ...json,
  },
  examples: [
    { command: "bench cifar-20", does: "time training steps of ResNet-20" },
    { command: "bench imagenet-50 --batch 8 --evaluate --kernels", does: "time the kernels of a test of ResNet-50" },
  ],
});
