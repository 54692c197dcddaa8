// The syntax of `run`.
import { define } from "./definition.ts";
import { flag, whole } from "./option.ts";
import { adapter, data, detached, engine, filesText, onCluster, results, selection, threads } from "./shared.ts";

export const run = define({
  group: "Train",
  summary: "Train all unfinished runs of an experiment file; the same command resumes",
  argument: "<file...>",
  argumentText: filesText,
  argumentCompletes: "experiment file",
  options: {
    ...selection,
    ...engine(),
    ...adapter,
    ...threads,
    ...results,
    ...data,
    jobs: whole(
      "<n>",
      "number of runs to train at once, each in its own process with a share of the cores or its own GPU",
      1,
    ),
    tensorboard: flag("write event files for TensorBoard into the run directories: tensorboard --logdir results"),
    retries: whole("<n>", "times to resume a run whose process crashed; a run that diverged is not resumed", 0),
    failFast: flag("stop at the first run that fails"),
    changeEngine: flag("resume with --engine even if another engine trained the run so far; the record notes it"),
    unproven: flag("train on an engine even if its last `doctor` failed"),
    json: flag("print one JSON event per line"),
    ...onCluster,
    ...detached,
  },
  examples: [
    { command: "run plain-vs-res", does: "train the study on images made from a seed" },
    {
      command: "run plain-vs-res --profile cifar10 --only 'ResNet-*' --seeds 0,1,2",
      does: "train the residual nets on CIFAR-10, three times each",
    },
    {
      command: "run plain-vs-res --on slurm --slurm partition=gpu --slurm gres=gpu:1",
      does: "train the runs as tasks of Slurm and follow them",
    },
  ],
});
