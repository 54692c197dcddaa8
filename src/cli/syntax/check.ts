// The syntax of `check`.
import { define } from "./definition.ts";
import { json, overlay, results } from "./shared.ts";

const { profile, set } = overlay;

export const check = define({
  group: "Check",
  summary: "Test the papers' claims on finished runs, and the verdicts that an experiment file expects",
  argument: "[experiment...]",
  argumentText:
    "experiment files, names of experiments that come with the program, or of studies (default: all studies)",
  argumentCompletes: "experiment file",
  options: { profile, set, ...results, ...json },
  examples: [
    { command: "check", does: "show each claim with its verdict in every study" },
    {
      command: "check plain-vs-res --profile cifar10 --results results/reference",
      does: "show what the project's runs on CIFAR-10 say, and fail if that is not what the file expects",
    },
  ],
});
