// What each command does. It is loaded when the command is called, so help and completion stay fast. The type demands an
// action for every command, with the argument and the options of its syntax.
import type { Commands } from "./syntax/commands.ts";
import type { Action } from "./syntax/definition.ts";

export const actions: { readonly [Name in keyof Commands]: () => Promise<Action<Commands[Name]>> } = {
  run: async () => (await import("./commands/run.ts")).runCommand,
  worker: async () => (await import("./commands/worker.ts")).workerCommand,
  plan: async () => (await import("./commands/plan.ts")).planCommand,
  experiments: async () => (await import("./commands/experiments.ts")).experimentsCommand,
  new: async () => (await import("./commands/new.ts")).newCommand,
  report: async () => (await import("./commands/report.ts")).reportCommand,
  ls: async () => (await import("./commands/ls.ts")).lsCommand,
  show: async () => (await import("./commands/show.ts")).showCommand,
  compare: async () => (await import("./commands/compare.ts")).compareCommand,
  why: async () => (await import("./commands/why.ts")).whyCommand,
  export: async () => (await import("./commands/export.ts")).exportCommand,
  watch: async () => (await import("./commands/watch.ts")).watchCommand,
  evaluate: async () => (await import("./commands/evaluate.ts")).evaluateCommand,
  analyze: async () => (await import("./commands/analyze.ts")).analyzeCommand,
  check: async () => (await import("./commands/check.ts")).checkCommand,
  verify: async () => (await import("./commands/verify.ts")).verifyCommand,
  predict: async () => (await import("./commands/predict.ts")).predictCommand,
  "weights export": async () => (await import("./commands/weights.ts")).weightsExportCommand,
  "weights fold": async () => (await import("./commands/weights-fold.ts")).weightsFoldCommand,
  describe: async () => (await import("./commands/describe.ts")).describeCommand,
  bench: async () => (await import("./commands/bench.ts")).benchCommand,
  "datasets list": async () => (await import("./commands/datasets.ts")).datasetsListCommand,
  "datasets fetch": async () => (await import("./commands/datasets.ts")).datasetsFetchCommand,
  "datasets prepare": async () => (await import("./commands/datasets.ts")).datasetsPrepareCommand,
  "datasets verify": async () => (await import("./commands/datasets.ts")).datasetsVerifyCommand,
  "engine install": async () => (await import("./commands/engine.ts")).engineInstallCommand,
  "engine remove": async () => (await import("./commands/engine.ts")).engineRemoveCommand,
  doctor: async () => (await import("./commands/doctor.ts")).doctorCommand,
  schema: async () => (await import("./commands/schema.ts")).schemaCommand,
  clean: async () => (await import("./commands/clean.ts")).cleanCommand,
  completion: async () => (await import("./commands/completion.ts")).completionCommand,
  complete: async () => (await import("./commands/completion.ts")).completeCommand,
};
