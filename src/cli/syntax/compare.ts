// The syntax of `compare`.
import { define } from "./definition.ts";
import { json, results, runText } from "./shared.ts";

export const compare = define({
  group: "Look",
  summary: "Show which values differ between runs, then their results side by side",
  argument: "<run...>",
  argumentText: runText,
  argumentCompletes: "run",
  options: { ...results, ...json },
  examples: [
    { command: "compare plain-34 ResNet-34", does: "compare a plain net with its residual twin" },
    { command: "compare 'plain-34 seed 0' 'plain-34 seed 1' --json", does: "compare two seeds for a program" },
  ],
});
