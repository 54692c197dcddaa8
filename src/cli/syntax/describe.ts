// The syntax of `describe`.
import { define } from "./definition.ts";
import { word } from "./option.ts";
import { json, modelOptions, models, modelText } from "./shared.ts";

export const describe = define({
  group: "Tools",
  summary: "Show a net's layers, shapes, parameters and multiply-adds",
  argument: "<model>",
  argumentText: modelText,
  argumentCompletes: models,
  options: {
    ...modelOptions,
    draw: word("<part>", "print a drawing (SVG) instead: of the net, or of a block such as stage1.block2"),
    ...json,
  },
  examples: [
    { command: "describe imagenet-50", does: "list the layers of ResNet-50" },
    { command: "describe imagenet-50 --draw stage1.block2", does: "draw a block as in Fig. 5" },
  ],
});
