// The syntax of `weights export`.
import { define } from "./definition.ts";
import { required, word } from "./option.ts";
import { json, results, runText } from "./shared.ts";

export const weightsExport = define({
  group: "Tools",
  summary: "Write a finished run's weights in the format of torchvision's ResNets",
  argument: "<run>",
  argumentText: runText,
  argumentCompletes: "run",
  options: { to: required(word("<file>", "a new safetensors file", "file")), ...results, ...json },
  examples: [
    { command: "weights export ResNet-34 --to resnet-34.safetensors", does: "write the weights of one run" },
    {
      command: "weights export 'ResNet-34 seed 1' --to resnet-34.safetensors --json",
      does: "the same, and print what was written as JSON",
    },
  ],
});
