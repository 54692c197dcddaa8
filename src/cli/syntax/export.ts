// The syntax of `export`.
import { define } from "./definition.ts";
import { choice, orElse } from "./option.ts";
import { experimentsText, results } from "./shared.ts";

export const exportSummary = define({
  group: "Look",
  summary: "Print the summary table for a spreadsheet, a program or a paper",
  argument: "[experiment...]",
  argumentText: experimentsText,
  argumentCompletes: "experiment",
  options: {
    format: orElse(
      choice("<format>", "csv, json, md or tex (booktabs) on standard output; tensorboard writes event files", [
        "csv",
        "json",
        "md",
        "tex",
        "tensorboard",
      ]),
      "csv",
    ),
    ...results,
  },
  examples: [
    { command: "export --format tex", does: "print every study as a LaTeX table" },
    { command: "export plain-vs-res --format tensorboard", does: "write the runs' metrics for TensorBoard" },
  ],
});
