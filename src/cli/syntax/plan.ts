// The syntax of `plan`.
import { define } from "./definition.ts";
import { flag } from "./option.ts";
import { adapter, budget, data, engine, filesText, json, onCluster, results, selection, threads } from "./shared.ts";

export const plan = define({
  group: "Train",
  summary: "Show what `run` would do: each run with its state and size, and its cost if measured",
  argument: "<file...>",
  argumentText: filesText,
  argumentCompletes: "experiment file",
  options: {
    ...selection,
    ...results,
    ...data,
    explain: flag("show every value and where it comes from"),
    calibrate: flag("measure a few steps of each net to predict time, memory and disk; the user's cache keeps them"),
    recalibrate: flag("like --calibrate, but measure again nets that were measured before"),
    ...budget,
    ...engine(),
    ...adapter,
    ...threads,
    ...json,
    ...onCluster,
  },
  examples: [
    {
      command: "plan plain-vs-res --profile cifar10",
      does: "list the runs and why `run` would train each",
    },
    { command: "plan plain-vs-res --budget 2h", does: "measure each net and say which runs fit" },
  ],
});
