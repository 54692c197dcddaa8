// The syntax of `experiments`.
import { define } from "./definition.ts";
import { json } from "./shared.ts";

export const experiments = define({
  group: "Train",
  summary: "List the experiments that come with the program, with what they ask and cost",
  argument: "",
  options: json,
  examples: [
    { command: "experiments", does: "list them; `run` takes their names" },
    { command: "experiments --json", does: "the same for programs, with the path of each file" },
  ],
});
