// The syntax of `show`.
import { define } from "./definition.ts";
import { flag } from "./option.ts";
import { json, results, runText } from "./shared.ts";

export const show = define({
  group: "Read results",
  summary: "Show a run: its result, its curves, its spec and what it was made with",
  argument: "<run>",
  argumentText: runText,
  argumentCompletes: "run",
  options: {
    ascii: flag("draw in plain characters, as where the terminal does not speak UTF-8"),
    ...results,
    ...json,
  },
  examples: [
    { command: "show plain-34", does: "show the run with this label" },
    { command: "show 'ResNet-34 seed 1' --json", does: "print all that the record of one seed says" },
  ],
});
