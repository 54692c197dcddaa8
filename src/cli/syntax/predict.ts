// The syntax of `predict`.
import { define } from "./definition.ts";
import { adapter, data, engine, json, results, runText, threads } from "./shared.ts";

export const predict = define({
  group: "Check",
  summary: "Show what a finished run's net takes images for: the five most probable classes of each",
  argument: "<run> <image...>",
  argumentText: runText,
  argumentCompletes: "run",
  thenFiles: "image files, or folders of them",
  options: { ...results, ...data, ...engine(), ...adapter, ...threads, ...json },
  examples: [
    { command: "predict ResNet-20 cat.jpg dog.png", does: "show the most probable classes of two images" },
    { command: "predict 'ResNet-20 seed 1' photos/ --json", does: "print those of every image in a folder as JSON" },
  ],
});
