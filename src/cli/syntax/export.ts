// The syntax of `export`.
import { define } from "./definition.ts";
import { choice, orElse, parsed, word } from "./option.ts";
import { experimentsText, results } from "./shared.ts";

export const exportSummary = define({
  group: "Look",
  summary: "Print the summary table for a spreadsheet or a paper, or describe a study's files to an archive",
  argument: "[experiment...]",
  argumentText: experimentsText,
  argumentCompletes: "experiment",
  options: {
    format: orElse(
      choice(
        "<format>",
        "csv, json, md or tex (booktabs) on standard output; tensorboard writes event files; ro-crate writes ro-crate-metadata.json into the directory of each study",
        ["csv", "json", "md", "tex", "tensorboard", "ro-crate"],
      ),
      "csv",
    ),
    author: word("<name>", "who trained the runs, for ro-crate: NAME, or NAME (https://orcid.org/…)"),
    license: parsed(
      "<id>",
      "the licence of the results, for ro-crate: an identifier of the SPDX list, such as CC-BY-4.0",
      (text) => (/^[A-Za-z0-9][A-Za-z0-9.+-]*$/.test(text) ? text : undefined),
      (text) => `an identifier of the SPDX list, such as CC-BY-4.0, got ${JSON.stringify(text)}`,
    ),
    ...results,
  },
  examples: [
    { command: "export --format tex", does: "print every study as a LaTeX table" },
    { command: "export plain-vs-res --format tensorboard", does: "write the runs' metrics for TensorBoard" },
    {
      command: "export plain-vs-res --format ro-crate --license CC-BY-4.0",
      does: "say which program made which file, for an archive",
    },
  ],
});
