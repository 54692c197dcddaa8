// The syntax of `why`.
import { define } from "./definition.ts";
import { word } from "./option.ts";
import { data, json, overlay, results, runText } from "./shared.ts";

export const why = define({
  group: "Read results",
  summary: "Say why a run is not the same as a finished one: the values in which it differs from the nearest",
  argument: "<run>",
  argumentText: runText,
  argumentCompletes: "run",
  options: {
    file: word("<file>", "look for the run among those of this experiment file, begun or not", "file"),
    ...overlay,
    ...results,
    ...data,
    ...json,
  },
  examples: [
    { command: "why plain-34", does: "compare the run with the finished run nearest to it" },
    {
      command: "why plain-34 --file experiments/plain-vs-res.yaml --set training.batchSize=32",
      does: "say why `run` would train it again",
    },
  ],
});
