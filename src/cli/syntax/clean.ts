// The syntax of `clean`.
import { define } from "./definition.ts";
import { flag, repeatable, word } from "./option.ts";
import { experimentsText, json, results } from "./shared.ts";

export const clean = define({
  group: "Tools",
  summary: "List what can be deleted: checkpoints of finished runs, and runs that no file plans; --yes deletes it",
  argument: "[experiment...]",
  argumentText: experimentsText,
  argumentCompletes: "experiment",
  options: {
    unplanned: repeatable(
      word(
        "<file>",
        "also whole runs of this file's experiment that neither the file nor any of its profiles plans, with whatever seed; repeatable",
        "file",
      ),
    ),
    yes: flag("delete what is listed"),
    ...results,
    ...json,
  },
  examples: [
    { command: "clean", does: "list what can be deleted under results/, and how large it is" },
    { command: "clean plain-vs-res --yes", does: "delete the checkpoints of one study's finished runs" },
    {
      command: "clean --unplanned experiments/plain-vs-res.yaml",
      does: "list also the runs of settings that the file no longer has",
    },
  ],
});
