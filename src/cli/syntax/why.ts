// The syntax of `why`.
import { define } from "./definition.ts";
import { word } from "./option.ts";
import { data, json, overlay, results, runText } from "./shared.ts";

export const why = define({
  group: "Look",
  summary: "Show which values make a run differ from the most similar finished run",
  argument: "<run>",
  argumentText: runText,
  argumentCompletes: "run",
  options: {
    file: word("<file>", "look for the run in this experiment file, started or not", "experiment file"),
    ...overlay,
    ...results,
    ...data,
    ...json,
  },
  examples: [
    { command: "why plain-34", does: "compare the run with the finished run nearest to it" },
    {
      command: "why plain-34 --file plain-vs-res --set training.batchSize=32",
      does: "say why `run` would train it again",
    },
  ],
});
