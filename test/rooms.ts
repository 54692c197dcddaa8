// The plan of src/ as data: the purpose of each room, the files that other rooms may import, and the rooms that it may import.
// The house test checks the sources and CONTRIBUTING's table, which is made from this plan.

export interface Room {
  readonly purpose: string;
  /** The files in the room's folder that other rooms may import. A room that is one file is its own door. */
  readonly doors: readonly string[];
  /** Rooms whose doors it may enter; "config!" is types only. types, errors and random are open to all. */
  readonly mayImport: readonly string[];
  readonly packages?: readonly string[];
}

/** Rooms that every room may import. They import only each other and config's types. */
export const everywhere = ["types", "errors", "random"];

/** In the order in which data flows. */
export const rooms: Readonly<Record<string, Room>> = {
  types: { purpose: "types that several rooms share; no code", doors: [], mayImport: ["config!"] },
  errors: { purpose: "errors that the user can fix, and their wording", doors: [], mayImport: [] },
  random: { purpose: "randomness from a seed, a purpose, a step and an index", doors: [], mayImport: [] },
  system: {
    purpose: "processes, directories, files and libraries of the machine, of whatever content",
    doors: [
      "atomic-file",
      "batch-task",
      "cache",
      "child-process",
      "cores",
      "file-digest",
      "liveness",
      "make-directory",
      "path",
      "power",
      "sharp",
      "temporary-directory",
      "temporary-files",
    ],
    mayImport: [],
    packages: ["sharp"],
  },
  text: {
    purpose: "tables, charts and numbers as text, whatever their content",
    doors: [
      "column",
      "csv",
      "latex",
      "listing",
      "markdown",
      "quantities",
      "shell",
      "terminal-table",
      "tone",
      "text-chart",
      "lines",
    ],
    mayImport: [],
    packages: ["csv-stringify"],
  },
  config: {
    purpose: "experiment files: their vocabulary, how they are read, and the runs that they plan",
    doors: [
      "analysis-schemas",
      "axis-text",
      "claim-names",
      "decisive",
      "implied",
      "json-schema",
      "load",
      "names",
      "plan",
      "profile-names",
      "schema",
      "shipped",
      "shipped-heads",
      "suggested",
      "used-rate",
      "vocabulary",
    ],
    mayImport: [],
    packages: ["yaml", "zod"],
  },
  datasets: {
    purpose: "images as bytes: fetching, preparing, augmenting and batching them",
    doors: ["dataset", "enough", "feed", "location", "looks", "noise", "one-image", "prepare", "shards", "source"],
    mayImport: ["system", "text", "config"],
    packages: ["sharp", "undici", "zod"],
  },
  ops: {
    purpose: "operations on tensors, with gradients; each engine may compute them in its own way",
    doors: [
      "composed",
      "crops",
      "fused",
      "grouped",
      "kernel",
      "kernels",
      "mixed",
      "normalised-convolution",
      "precision",
      "stock",
    ],
    mayImport: [],
    packages: ["@tensorflow/tfjs-core"],
  },
  models: {
    purpose: "nets: blocks and shortcuts, their cost, diagrams and weights",
    doors: [
      "describe",
      "diagram",
      "diagram-svg",
      "fold",
      "largest-tensor",
      "model",
      "net-blocks",
      "parameters",
      "passes",
      "torch-names",
      "torch-weights",
      "turns",
    ],
    mayImport: ["config!", "ops"],
    packages: ["@tensorflow/tfjs-core"],
  },
  engines: {
    purpose: "the engines native, tensorflow, webgpu and cpu, and the choice of one",
    doors: ["choice", "engine", "gpu", "names", "tensorflow/install", "tensorflow/installation"],
    mayImport: ["system", "text", "ops"],
    packages: ["@tensorflow/tfjs-backend-cpu", "@tensorflow/tfjs-backend-webgpu", "@tensorflow/tfjs-core", "yauzl"],
  },
  training: {
    purpose: "training and testing a net; knows no data set, file or engine by name",
    doors: [
      "benchmark",
      "equal-outputs",
      "evaluate",
      "layers",
      "path-gradient",
      "precise-statistics",
      "protocols",
      "train",
      "version",
    ],
    mayImport: ["config!", "models", "ops"],
    packages: ["@tensorflow/tfjs-core"],
  },
  analyses: {
    purpose: "experiments on the net of a finished run, as rows of numbers; knows no file and no engine",
    doors: ["analysis", "registry"],
    mayImport: ["config", "models", "training"],
  },
  weights: {
    purpose: "files of tensors: this program's safetensors files, and weights from other programs",
    doors: ["finite-weights", "foreign-weights", "safetensors"],
    mayImport: ["system!", "text"],
    packages: ["zod"],
  },
  records: {
    purpose: "run directories: writing and reading them, and the differences between runs",
    doors: [
      "analyses",
      "confusion",
      "differences",
      "directories",
      "evaluations",
      "final-weights",
      "integrity",
      "leftovers",
      "lock",
      "metrics",
      "metrics-tail",
      "planned-runs",
      "provenance",
      "record",
      "run-directory",
      "run-files",
      "run-id",
      "run-size",
      "sign-of-life",
      "signature",
      "unreadable-images",
    ],
    mayImport: ["system", "config", "weights"],
    packages: ["zod"],
  },
  conformance: {
    purpose: "checks of an engine against the reference",
    doors: ["conformance", "finding", "verdict"],
    mayImport: ["system", "config", "models", "engines", "ops", "training"],
    packages: ["@tensorflow/tfjs-core", "zod"],
  },
  slurm: {
    purpose: "runs on Slurm: submitting and following them, and their state in its queue",
    doors: ["commands", "follow", "holder", "options", "queue", "queue-poll", "states", "submission", "submit"],
    mayImport: ["system", "config!", "records", "running!"],
    packages: ["zod"],
  },
  running: {
    purpose: "training the runs of a study: opens data, net, engine and record together",
    doors: ["run", "run-events", "study", "study-data", "study-run"],
    mayImport: ["system", "config!", "datasets", "models", "engines", "training", "records", "conformance", "slurm"],
  },
  planning: {
    purpose: "the state of a plan's runs, and their cost, predicted from a few measured steps",
    doors: ["estimates", "nearest-run", "outcome", "plan-states", "predict", "reference-cost"],
    mayImport: ["system", "config!", "datasets", "models", "engines", "training", "records", "running"],
    packages: ["zod"],
  },
  evaluation: {
    purpose:
      "finished runs: testing them by the paper's protocols, analysing them, and checking them against their records",
    doors: [
      "analysed-runs",
      "candidates",
      "folding",
      "own-engine",
      "prediction",
      "protocol",
      "test-observer",
      "tested-runs",
      "tested-weights",
      "verification",
    ],
    mayImport: ["weights", "text", "config", "datasets", "models", "engines", "training", "analyses", "records"],
  },
  paper: {
    purpose: "the papers' numbers and recipes, as data with their source",
    doors: ["claims/claim", "claims/claims", "curves", "findings", "lookup", "recipes", "responses", "tables"],
    mayImport: ["config"],
  },
  reports: {
    purpose: "tables, figures and pages from records: the same runs give the same bytes",
    doors: [
      "analysis/energy",
      "analysis/smoke",
      "analysis/tabulate",
      "claims/claim-json",
      "claims/claim-result",
      "claims/claim-text",
      "claims/expectations",
      "export",
      "model-card",
      "pages",
      "protocol-words",
      "reference",
      "report",
      "tables/summary",
    ],
    mayImport: ["system", "text", "config", "datasets", "models", "records", "paper"],
    packages: ["vega", "vega-lite", "yaml"],
  },
  tensorboard: {
    purpose: "a run's metrics as TensorBoard event files",
    doors: ["event-file", "event-files"],
    mayImport: ["system", "records", "running!"],
  },
  crates: {
    purpose: "the directory of a study as an RO-Crate, so that other programs know what made each file",
    doors: ["study-crate"],
    mayImport: ["system", "text", "records"],
  },
  watch: {
    purpose: "the pages of a report, served while runs are trained",
    doors: ["server", "study-pages"],
    mayImport: ["records", "reports", "slurm"],
  },
  cli: {
    purpose: "the commands: their arguments and output",
    doors: [],
    mayImport: [
      "system",
      "text",
      "config",
      "datasets",
      "models",
      "engines",
      "training",
      "weights",
      "records",
      "conformance",
      "running",
      "slurm",
      "planning",
      "evaluation",
      "reports",
      "tensorboard",
      "crates",
      "watch",
    ],
    packages: ["cli-progress", "commander"],
  },
};

/** The rooms as a Markdown table. */
export function roomsTable(): string {
  const lines = Object.entries(rooms).map(([name, { purpose, doors, mayImport, packages = [] }]) => {
    const imports = mayImport.map((room) => room.replace(/(.*)!$/, "$1 (types)"));
    return [
      `\`${name}\``,
      purpose,
      doors.join(", "),
      [...imports, ...packages.map((name) => `\`${name}\``)].join(", "),
    ];
  });
  const head = ["room", "purpose", "doors", "may import"];
  return [head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}
