// The syntax of `schema`.
import { define } from "./definition.ts";

export const schema = define({
  group: "Tools",
  summary: "Print the JSON Schema of experiment files, for editors",
  argument: "",
  options: {},
  examples: [
    { command: "schema > experiment.schema.json", does: "write the schema beside your files" },
    { command: "schema | head", does: "look at it" },
  ],
});
