// All commands by name, in the order of the help. Only data: what a command does is loaded when it is called.
import { analyze } from "./analyze.ts";
import { bench } from "./bench.ts";
import { check } from "./check.ts";
import { clean } from "./clean.ts";
import { compare } from "./compare.ts";
import { complete, completion } from "./completion.ts";
import { datasetsFetch, datasetsList, datasetsPrepare, datasetsVerify } from "./datasets.ts";
import type { AnyDefinition } from "./definition.ts";
import { describe } from "./describe.ts";
import { doctor } from "./doctor.ts";
import { engineInstall, engineRemove } from "./engine.ts";
import { evaluate } from "./evaluate.ts";
import { experiments } from "./experiments.ts";
import { exportSummary } from "./export.ts";
import { ls } from "./ls.ts";
import { newExperiment } from "./new.ts";
import { plan } from "./plan.ts";
import { predict } from "./predict.ts";
import { report } from "./report.ts";
import { run } from "./run.ts";
import { schema } from "./schema.ts";
import { show } from "./show.ts";
import { verify } from "./verify.ts";
import { watch } from "./watch.ts";
import { weightsExport, weightsFold } from "./weights.ts";
import { why } from "./why.ts";
import { worker } from "./worker.ts";

/** "datasets fetch" is a command of `datasets`. */
export const commands = {
  run,
  worker,
  plan,
  experiments,
  new: newExperiment,
  report,
  ls,
  show,
  compare,
  why,
  export: exportSummary,
  watch,
  evaluate,
  analyze,
  check,
  verify,
  predict,
  "weights export": weightsExport,
  "weights fold": weightsFold,
  describe,
  bench,
  "datasets list": datasetsList,
  "datasets fetch": datasetsFetch,
  "datasets prepare": datasetsPrepare,
  "datasets verify": datasetsVerify,
  "engine install": engineInstall,
  "engine remove": engineRemove,
  doctor,
  schema,
  clean,
  completion,
  complete,
} satisfies Record<string, AnyDefinition>;

export type Commands = typeof commands;
export type CommandName = keyof Commands;

type FamilyOf<Name> = Name extends `${infer Family} ${string}` ? Family : never;

/** The help of two-word commands, by their first word. */
export const families: Readonly<Record<FamilyOf<CommandName>, string>> = {
  weights: "Write a run's weights for other programs",
  datasets: "List, download, pack and check data sets",
  engine: "Install and remove engines that do not come with the program",
};
