// The syntax of `weights export` and `weights fold`.
import { define } from "./definition.ts";
import { required, word } from "./option.ts";
import { data, engine, json, results, runText, threads } from "./shared.ts";

export const weightsExport = define({
  group: "Tools",
  summary: "Write a finished run's weights in the format of torchvision's ResNets, with a model card",
  argument: "<run>",
  argumentText: runText,
  argumentCompletes: "run",
  options: {
    to: required(
      word(
        "<file>",
        "a new safetensors file; a model card, README.md, is written beside it unless there is one",
        "file",
      ),
    ),
    ...results,
    ...json,
  },
  examples: [
    { command: "weights export ResNet-34 --to resnet-34.safetensors", does: "write the weights of one run" },
    {
      command: "weights export 'ResNet-34 seed 1' --to resnet-34.safetensors --json",
      does: "the same, and print what was written as JSON",
    },
  ],
});

export const weightsFold = define({
  group: "Tools",
  summary: "Write a finished run's net of repvgg with one convolution in each unit, once its outputs are found equal",
  argument: "<run>",
  argumentText: runText,
  argumentCompletes: "run",
  options: {
    to: required(word("<file>", "a new safetensors file", "file")),
    ...results,
    ...data,
    ...engine(),
    ...threads,
    ...json,
  },
  examples: [
    { command: "weights fold 'ResNet-20 repvgg' --to folded.safetensors", does: "write the folded net of one run" },
    {
      command: "weights fold 'ResNet-20 repvgg' --to folded.safetensors --json",
      does: "the same, and print the largest difference of the outputs as JSON",
    },
  ],
});
