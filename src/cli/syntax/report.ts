// The syntax of `report`.
import { define } from "./definition.ts";
import { experimentsText, json, results } from "./shared.ts";

export const report = define({
  group: "Look",
  summary: "Make the tables, figures and pages again from the runs",
  argument: "[experiment...]",
  argumentText: experimentsText,
  argumentCompletes: "experiment",
  options: { ...results, ...json },
  examples: [
    { command: "report", does: "report on every study under results/" },
    { command: "report plain-vs-res --results elsewhere", does: "report on one study in another directory" },
  ],
});
