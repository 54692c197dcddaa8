// The syntax of `worker`, which batch systems call.
import { define } from "./definition.ts";
import { whole } from "./option.ts";

export const worker = define({
  group: "Train",
  summary: "Train one task's share of the runs that `run --on slurm` submitted",
  argument: "<manifest>",
  argumentText: "the file that `run --on slurm` or `run --manifest` wrote",
  options: { index: whole("<n>", "the task's number, from 0; default: the index that Slurm sets", 0) },
  examples: [],
  hidden: true,
});
