// The syntax of `verify`.
import { define } from "./definition.ts";
import { data, engine, json, results, runsText, threads } from "./shared.ts";

export const verify = define({
  group: "Check",
  summary: "Check that finished runs still match their records: checksums, data and the test error",
  argument: "<run...>",
  argumentText: runsText,
  argumentCompletes: "run",
  options: { ...results, ...data, ...engine("the engine that trained the run"), ...threads, ...json },
  examples: [
    { command: "verify 'ResNet-*'", does: "check every residual net" },
    { command: "verify plain-34 --engine cpu", does: "compute the test error on another engine" },
  ],
});
