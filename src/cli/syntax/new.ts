// The syntax of `new`.
import { define } from "./definition.ts";
import { word } from "./option.ts";

export const newExperiment = define({
  group: "Train",
  summary: "Write a commented experiment file to start from, with its schema for editors",
  argument: "<name>",
  argumentText: "the name of the study; the file is NAME.yaml in this directory",
  options: {
    from: word(
      "<name>",
      "start from an experiment that comes with the program, such as plain-vs-res",
      "shipped experiment",
    ),
    data: word("<dir>", "your own copy of a data set; the file uses the one that is in this directory", "directory"),
  },
  examples: [
    { command: "new mine", does: "write mine.yaml, which compares a plain and a residual net" },
    { command: "new mine --from plain-vs-res", does: "start from the paper's first experiment" },
  ],
});
