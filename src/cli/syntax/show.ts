// The syntax of `show`.
import { define } from "./definition.ts";
import { flag } from "./option.ts";
import { json, results, runText } from "./shared.ts";

export const show = define({
  group: "Look",
  summary: "Show a run: its result, curves, settings, and the versions that made it",
  argument: "<run>",
  argumentText: runText,
  argumentCompletes: "run",
  options: {
    ascii: flag("draw with ASCII characters only, for terminals without UTF-8"),
    ...results,
    ...json,
  },
  examples: [
    { command: "show plain-34", does: "show the run with this label" },
    { command: "show 'ResNet-34 seed 1' --json", does: "print the whole record of one seed" },
  ],
});
