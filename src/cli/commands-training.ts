// The syntax of the commands that train and plan. Each command is imported when it is called, so that `--help` loads
// nothing else.
import { type Command, Option } from "commander";
import {
  adapter,
  budget,
  data,
  engine,
  json,
  only,
  profile,
  results,
  seeds,
  set,
  threads,
  wholeNumber,
} from "./arguments/options.ts";
import type { Io } from "./terminal/io.ts";

/** Adds `run` and `plan`. `finish` takes the exit code to come of the command that was called. */
export function addTrainingCommands(
  program: Command,
  io: Io,
  finish: (command: Promise<number>) => Promise<void>,
): void {
  program
    .command("run")
    .argument("<file...>", "experiment files")
    .description("train every run that is not done; the same command resumes")
    .addOption(profile())
    .addOption(set())
    .addOption(seeds())
    .addOption(only())
    .addOption(engine())
    .addOption(adapter())
    .addOption(threads())
    .addOption(results())
    .addOption(data())
    .addOption(
      new Option(
        "--jobs <n>",
        "train that many runs at once, each in a process with its share of the cores, or its GPU",
      ).argParser(wholeNumber(1)),
    )
    .option("--tensorboard", "write event files of TensorBoard into the run directories: tensorboard --logdir results")
    .addOption(
      new Option(
        "--retries <n>",
        "go on from the checkpoint where a run's process crashed, so many times; not where it diverged",
      ).argParser(wholeNumber(0)),
    )
    .option("--fail-fast", "stop at the first run that fails")
    .option("--change-engine", "go on with --engine where another engine trained a run so far; its record then says so")
    .option("--unproven", "train on an engine even where its last `doctor` failed")
    .addOption(json("print one event a line"))
    .action((files, options) =>
      finish(import("./commands/run.ts").then(({ runCommand }) => runCommand(files, options, io))),
    );

  program
    .command("plan")
    .argument("<file...>", "experiment files")
    .description("print each run: its state and why, parameters and multiply-adds, and what it will take")
    .addOption(profile())
    .addOption(set())
    .addOption(seeds())
    .addOption(only())
    .addOption(results())
    .addOption(data())
    .option("--explain", "print every value and where it comes from")
    .option("--calibrate", "measure a few steps of each net to tell time, memory and disk; kept in the user's cache")
    .option("--recalibrate", "the same, also for nets that were measured before")
    .addOption(budget())
    .addOption(engine())
    .addOption(adapter())
    .addOption(threads())
    .addOption(json())
    .action((files, options) =>
      finish(import("./commands/plan.ts").then(({ planCommand }) => planCommand(files, options, io))),
    );
}
