// The syntax of `analyze`.
import { analysisNames } from "../../config/names.ts";
import { define } from "./definition.ts";
import { choice, repeatable } from "./option.ts";
import { adapter, data, engine, json, results, runsText, threads } from "./shared.ts";

export const analyze = define({
  group: "Check",
  summary: "Analyse finished runs: which blocks a net can lose, what a deeper net of identities does",
  argument: "<run...>",
  argumentText: runsText,
  argumentCompletes: "run",
  options: {
    only: repeatable(
      choice(
        "<name>",
        "do this analysis, with its defaults where the run has no settings for it; repeatable",
        analysisNames,
      ),
    ),
    ...results,
    ...data,
    ...engine("the engine that trained the run"),
    ...adapter,
    ...threads,
    ...json,
  },
  examples: [
    { command: "analyze 'why-it-works/*'", does: "finish the analyses of a study's runs" },
    { command: "analyze ResNet-20 --only lesion", does: "test a net without each of its blocks" },
  ],
});
