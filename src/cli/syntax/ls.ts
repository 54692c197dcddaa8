// The syntax of `ls`.
import { define } from "./definition.ts";
import { word } from "./option.ts";
import { experimentsText, json, results } from "./shared.ts";

export const ls = define({
  group: "Look",
  summary: "List runs with their state and error",
  argument: "[experiment...]",
  argumentText: experimentsText,
  argumentCompletes: "experiment",
  options: {
    where: word(
      "<conditions>",
      'only runs that meet every condition, such as "state=done,testError<30,dataset=cifar10"; errors are in %',
    ),
    sort: word("<key>", "sort by a key of --where, such as testError or depth:desc"),
    ...results,
    ...json,
  },
  examples: [
    { command: "ls --where 'state=done,depth>=34' --sort testError", does: "list finished deep runs, best first" },
    { command: "ls plain-vs-res --json", does: "list the runs of one study for a program" },
  ],
});
