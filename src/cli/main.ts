// The program: reads the command line, imports the command asked for, and turns whatever comes back into an exit code.
// The only catch-all and the only place that sets one: 0 done, 1 a bug of ours, 2 the user can mend it, 3 runs failed,
// 4 a check did not hold, 130 and 143 on a signal.
import { readFileSync } from "node:fs";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { engineNames } from "../engines/names.ts";
import { UserError } from "../errors.ts";
import { parseDuration } from "../reports/quantities.ts";
import type { Io } from "./io.ts";
import { speaksUtf8 } from "./locale.ts";

const exitCodes: Readonly<Record<string, number>> = { SIGINT: 130, SIGTERM: 143 };

/** Runs the program with the arguments after its name and sets the process's exit code. */
export async function main(args: readonly string[]): Promise<void> {
  const interruption = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      // The second one means it: the last checkpoint is what remains.
      if (interruption.signal.aborted) process.exit(exitCodes[signal]);
      interruption.abort(signal);
    });
  }
  // A reader that has seen enough, as in `resnet-exp ls | head -1`, is no error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

  const io: Io = {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    columns: process.stdout.columns ?? process.stderr.columns ?? 80,
    stderrIsTerminal: process.stderr.isTTY ?? false,
    signal: interruption.signal,
  };
  let code: number;
  try {
    code = await dispatch(args, io);
  } catch (error) {
    code = explain(error, io);
  }
  const reason: unknown = interruption.signal.reason;
  process.exitCode = typeof reason === "string" ? exitCodes[reason] : code;
}

/** Prints what went wrong, a stack only for what is our bug. */
function explain(error: unknown, io: Io): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const aborted = error === io.signal.reason || (error instanceof Error && error.name === "AbortError");
  if (io.signal.aborted && aborted) return 0;
  if (error instanceof UserError) {
    io.err(`${[error.message, ...error.hints.map((hint) => `  ${hint}`)].join("\n")}\n`);
    return 2;
  }
  io.err(`${error instanceof Error ? error.stack : String(error)}\nThis is a bug of resnet-exp; please report it.\n`);
  return 1;
}

async function dispatch(args: readonly string[], io: Io): Promise<number> {
  let code = 0;
  const program = buildProgram(io, async (command) => {
    code = await command;
  });
  if (args.length === 0) {
    io.err(program.helpInformation());
    return 2;
  }
  await program.parseAsync(args, { from: "user" });
  return code;
}

/** The commands as data; each is imported when it is called, so that `--help` loads nothing else. */
function buildProgram(io: Io, finish: (command: Promise<number>) => Promise<void>): Command {
  const program = new Command("resnet-exp")
    .description(
      'Reproduces the tables and figures of "Deep Residual Learning for Image Recognition" (He et al. 2015).',
    )
    .version(packageVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .helpCommand("help [command]", "print help of a command")
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .configureHelp({ helpWidth: io.columns })
    .showSuggestionAfterError()
    // After a command's name --version is the command's: `engine install tensorflow --version 2.21.0`.
    .enablePositionalOptions()
    .exitOverride();

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
    .action((files, options) => finish(import("./run.ts").then(({ runCommand }) => runCommand(files, options, io))));

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
    .action((files, options) => finish(import("./plan.ts").then(({ planCommand }) => planCommand(files, options, io))));

  program
    .command("report")
    .argument("[experiment...]", "names of experiments; all without one")
    .description("make tables and curve data again from the runs")
    .addOption(results())
    .addOption(json())
    .action((names, options) =>
      finish(import("./report.ts").then(({ reportCommand }) => reportCommand(names, options, io))),
    );

  program
    .command("ls")
    .argument("[experiment...]", "names of experiments; all without one")
    .description("list runs with their state")
    .option("--where <conditions>", 'only runs that meet all, as "state=done,depth>=34,label~ResNet-*"')
    .option("--sort <key>", "order by a word of --where, as testError or depth:desc")
    .addOption(results())
    .addOption(json())
    .action((names, options) => finish(import("./ls.ts").then(({ lsCommand }) => lsCommand(names, options, io))));

  program
    .command("show")
    .argument("<run>", runArgument)
    .description("print a run: result, curves, spec and provenance")
    .addOption(new Option("--ascii", "draw in plain characters, as without UTF-8").default(!speaksUtf8(process.env)))
    .addOption(results())
    .addOption(json())
    .action((run, options) => finish(import("./show.ts").then(({ showCommand }) => showCommand(run, options, io))));

  program
    .command("compare")
    .argument("<run...>", runArgument)
    .description("print what of their spec and provenance tells runs apart, then their results")
    .addOption(results())
    .addOption(json())
    .action((runs, options) =>
      finish(import("./compare.ts").then(({ compareCommand }) => compareCommand(runs, options, io))),
    );

  program
    .command("why")
    .argument("<run>", runArgument)
    .description("print which values make it another run than the finished one most like it")
    .option("--file <file>", "look for the run among those of an experiment file, begun or not")
    .addOption(profile())
    .addOption(set())
    .addOption(seeds())
    .addOption(results())
    .addOption(data())
    .addOption(json())
    .action((run, options) => finish(import("./why.ts").then(({ whyCommand }) => whyCommand(run, options, io))));

  program
    .command("export")
    .argument("[experiment...]", "names of experiments; all without one")
    .description("print the summary rows for a spreadsheet, a program or a paper")
    .addOption(
      new Option("--format <format>", "csv, json, md or tex (booktabs) on standard output; tensorboard: event files")
        .choices(["csv", "json", "md", "tex", "tensorboard"])
        .default("csv"),
    )
    .addOption(results())
    .action((names, options) =>
      finish(import("./export.ts").then(({ exportCommand }) => exportCommand(names, options, io))),
    );

  const evaluate = program
    .command("evaluate")
    .argument("<run...>", `${runsArgument}; with --weights a model, as imagenet-50`)
    .description("test finished runs by the paper's protocols, several also as an ensemble; top-1 and top-5 error")
    .addOption(
      new Option("--crops <n>", "looks at each image: 1, or 10 for four corners, centre and their mirror images")
        .choices(["1", "10"])
        .default("1"),
    )
    .addOption(
      new Option("--scales <list>", "whole images at these short sides, averaged, as 224,256,384,480,640").argParser(
        scaleList,
      ),
    )
    .addOption(
      new Option("--statistics <which>", "of batch normalisation: running, or precise, averaged over training batches")
        .choices(["running", "precise"])
        .default("running"),
    )
    .option("--statistics-batches <n>", "training batches that precise statistics average", wholeNumber(1), 100)
    .option("--batch <n>", "images a forward pass (default: as the run was tested)", wholeNumber(1))
    .addOption(results())
    .addOption(data())
    .addOption(engine())
    .addOption(adapter())
    .addOption(threads())
    .addOption(json())
    .optionsGroup("With --weights:")
    .option(
      "--weights <file>",
      "test weights that others trained: safetensors in torchvision's or timm's naming; unless said otherwise of a net with projections (B), a 7×7 stem, and the stride in a bottleneck's 3×3",
    )
    .option("--dataset <name>", "which test images, of `datasets list` (default for the imagenet family: imagenet)")
    .addOption(
      new Option("--mean <list>", "of red, green and blue, pixel/255, that the weights were trained with")
        .argParser(numberList)
        .default([0.485, 0.456, 0.406]),
    )
    .addOption(
      new Option("--std <list>", "standard deviations of the same")
        .argParser(numberList)
        .default([0.229, 0.224, 0.225]),
    );
  for (const option of netOptions()) evaluate.addOption(option);
  evaluate.action((names, { crops, ...rest }) => {
    const options = { ...rest, crops: crops === "10" ? 10 : 1 };
    return finish(
      rest.weights === undefined
        ? import("./evaluate.ts").then(({ evaluateCommand }) => evaluateCommand(names, options, io))
        : import("./evaluate-weights.ts").then(({ evaluateWeightsCommand }) =>
            evaluateWeightsCommand(names, options, io),
          ),
    );
  });

  const weights = program.command("weights").description("a run's weights for other programs");
  weights
    .command("export")
    .argument("<run>", runArgument)
    .description("write a finished run's weights as torchvision's ResNets load them")
    .requiredOption("--to <file>", "a new safetensors file")
    .addOption(results())
    .addOption(json())
    .action((run, options) =>
      finish(import("./weights.ts").then(({ weightsExportCommand }) => weightsExportCommand(run, options, io))),
    );

  program
    .command("verify")
    .argument("<run...>", runsArgument)
    .description("hold finished runs against their records: checksums, data, and the test error, computed again")
    .addOption(results())
    .addOption(data())
    .addOption(engine("what computes; auto takes the engine that trained the run"))
    .addOption(threads())
    .addOption(json())
    .action((runs, options) =>
      finish(import("./verify.ts").then(({ verifyCommand }) => verifyCommand(runs, options, io))),
    );

  program
    .command("watch")
    .argument("[experiment...]", "names of experiments; all, also those still to come, without one")
    .description("serve the report's pages on this machine only; open ones follow the runs")
    .option("--port <n>", "port of 127.0.0.1; 0 takes a free one", wholeNumber(0), 8015)
    .addOption(results())
    .addOption(json("print the address as JSON"))
    .action((names, options) =>
      finish(import("./watch.ts").then(({ watchCommand }) => watchCommand(names, options, io))),
    );

  const describe = program
    .command("describe")
    .argument("<model>", "FAMILY-DEPTH: cifar-20, cifar-56 …, imagenet-18 … imagenet-152")
    .description("print a model's layers, shapes, parameters and multiply-adds");
  for (const option of modelOptions()) describe.addOption(option);
  describe
    .option("--draw <part>", "print an SVG instead: net, or a block such as stage1.block2")
    .addOption(json())
    .action((name, options) =>
      finish(import("./describe.ts").then(({ describeCommand }) => describeCommand(name, options, io))),
    );

  const datasets = program.command("datasets").description("list, fetch, prepare and verify data sets");
  datasets
    .command("list")
    .description("print each data set and where it is")
    .addOption(data())
    .addOption(json())
    .action((options) =>
      finish(import("./datasets.ts").then(({ datasetsListCommand }) => datasetsListCommand(options, io))),
    );
  datasets
    .command("fetch")
    .argument("<name>", "a data set of `datasets list`")
    .description("download a data set, unless it is there")
    .addOption(data())
    .addOption(json())
    .action((name, options) =>
      finish(import("./datasets.ts").then(({ datasetsFetchCommand }) => datasetsFetchCommand(name, options, io))),
    );
  datasets
    .command("prepare")
    .argument("<name>", "imagenet")
    .description("make shards of a folder of images, which are read faster; the same command resumes")
    .addOption(data())
    .option("--size <n>", "short side that larger images are reduced to", wholeNumber(256), 480)
    .option("--to <dir>", "where to put them (default: beside the folder)")
    .option("--shard-images <n>", "images in a shard", wholeNumber(1), 8192)
    .addOption(json())
    .action((name, options) =>
      finish(import("./datasets.ts").then(({ datasetsPrepareCommand }) => datasetsPrepareCommand(name, options, io))),
    );
  datasets
    .command("verify")
    .argument("[name]", "a data set of `datasets list`; all that are there without one")
    .description("read all of a data set; print counts, digest and class balance")
    .addOption(data())
    .addOption(json())
    .action((name, options) =>
      finish(import("./datasets.ts").then(({ datasetsVerifyCommand }) => datasetsVerifyCommand(name, options, io))),
    );

  const engines = program.command("engine").description("install and remove engines that do not come with the program");
  engines
    .command("install")
    .argument("<name>", "tensorflow")
    .description(
      "install TensorFlow from its Python wheel (by pip) for the tensorflow engine; the same command resumes",
    )
    .option("--from <path>", "take the wheel from here, or a directory of wheels, instead of downloading")
    .option("--cuda", "with CUDA, for NVIDIA's GPUs (some GB)")
    .option("--version <version>", "version of TensorFlow")
    .addOption(json())
    .action((name, options) =>
      finish(import("./engine.ts").then(({ engineInstallCommand }) => engineInstallCommand(name, options, io))),
    );
  engines
    .command("remove")
    .argument("<name>", "tensorflow")
    .description("delete what `engine install` made")
    .addOption(json())
    .action((name, options) =>
      finish(import("./engine.ts").then(({ engineRemoveCommand }) => engineRemoveCommand(name, options, io))),
    );

  program
    .command("doctor")
    .description("check each engine of this machine against the reference; 4 where a check does not hold")
    .addOption(new Option("--engine <name>", "check this one only").choices(engineNames))
    .addOption(adapter())
    .addOption(threads())
    .addOption(json())
    .action((options) => finish(import("./doctor.ts").then(({ doctorCommand }) => doctorCommand(options, io))));

  const bench = program
    .command("bench")
    .argument("<model>", "FAMILY-DEPTH, as for describe")
    .description("time a model on an engine: images a second, arithmetic a second, memory")
    .addOption(engine())
    .addOption(adapter())
    .addOption(threads())
    .option("--batch <n>", "images a step", wholeNumber(1), 128)
    .option("--steps <n>", "steps to time", wholeNumber(1), 10)
    .option("--evaluate", "time forward passes instead of training steps")
    .option("--kernels", "print the time of each kernel too");
  for (const option of modelOptions()) bench.addOption(option);
  bench
    .addOption(json())
    .action((name, options) =>
      finish(import("./bench.ts").then(({ benchCommand }) => benchCommand(name, options, io))),
    );

  program
    .command("schema")
    .description("print the JSON Schema of experiment files")
    .action(() => finish(import("./schema.ts").then(({ schemaCommand }) => schemaCommand(io))));

  return program;
}

// --- arguments and options that several commands share ---

const runsArgument = "runs by id, its beginning or end, label (all its seeds), or a glob as ResNet-*";
const runArgument = "id of a run, its beginning or end, or a label, as plain-18 or ResNet-*";

const profile = () => new Option("--profile <name>", "lay one of the file's profiles over it");
const set = () =>
  new Option(
    "--set <path=value>",
    "lay a value over the file, as training.iterations=600; a,b makes a matrix axis; repeatable",
  )
    // Not variadic: that would swallow the file that follows.
    .argParser((text, earlier: readonly string[] = []) => [...earlier, text]);
const seeds = () => new Option("--seeds <list>", "seeds instead of the file's, as 0,1,2").argParser(seedList);
const only = () => new Option("--only <glob>", 'only runs of these labels, as "ResNet-*" or "plain-18 seed 0"');
const results = () => new Option("--results <dir>", "where runs and tables are").default("results");
const budget = () =>
  new Option("--budget <time>", "say which runs fit a time, as 2h or 1h30m; calibrates too").argParser(timeSpan);
const data = () => new Option("--data <dir>", "where data sets are (default: RESNET_EXP_DATA, else the user's cache)");
const threads = () =>
  new Option(
    "--threads <n>",
    "threads of the engine (default: all cores); they decide no number, but on tensorflow the last digits",
  ).argParser(wholeNumber(1));
const engine = (description = "what computes; auto takes the fastest that is here") =>
  new Option("--engine <name>", description).choices(["auto", ...engineNames]).default("auto");
const adapter = () =>
  new Option(
    "--adapter <name>",
    "graphics adapter of the webgpu engine: part of its name, or its index; with --jobs several, as 0,1",
  );
const json = (description = "print JSON") => new Option("--json", description);

function modelOptions(): Option[] {
  return [
    ...netOptions(),
    new Option("--activation <order>", "order of normalisation, ReLU and addition in a block").choices([
      ...["original", "bn-after-addition", "relu-before-addition"],
      ...["relu-only-pre-activation", "full-pre-activation"],
    ]),
    new Option("--span <n>", "3×3 convolutions in a basic block").argParser(wholeNumber(1)),
    new Option("--size <n>", "height and width of the images (default: cifar 32, imagenet 224)").argParser(
      wholeNumber(8),
    ),
    new Option("--classes <n>", "classes (default: cifar 10, imagenet 1000)").argParser(wholeNumber(2)),
  ];
}

/** What torchvision's nets differ in. */
function netOptions(): Option[] {
  return [
    new Option("--block <block>", "building block").choices(["plain", "basic", "bottleneck", "plain-bottleneck"]),
    new Option("--shortcut <option>", "path around a block (default: cifar A, imagenet B)").choices([
      ...["A", "B", "C"],
      ...["scaling", "exclusive-gating", "shortcut-only-gating", "dropout"],
    ]),
    new Option("--width <n>", "channels of the first stage (default: cifar 16, imagenet 64)").argParser(wholeNumber(1)),
    new Option("--stem <stem>", "first layer of the imagenet family").choices(["auto", "7x7", "3x3"]),
    new Option("--stride-in <kernel>", "convolution of a bottleneck that has the stride").choices(["1x1", "3x3"]),
  ];
}

function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least)) throw new InvalidArgumentError(`Expected a whole number from ${least} up.`);
    return value;
  };
}

function timeSpan(text: string): number {
  const seconds = parseDuration(text);
  if (!seconds) throw new InvalidArgumentError("Expected a time, as 2h, 90m, 1h30m or 45s.");
  return seconds;
}

function seedList(text: string): number[] {
  if (!/^\d{1,15}(,\d{1,15})*$/.test(text)) throw new InvalidArgumentError("Expected whole numbers, as 0,1,2.");
  return text.split(",").map(Number);
}

function numberList(text: string): number[] {
  const numbers = text.split(",").map((part) => (/^\d*\.?\d+$/.test(part) ? Number(part) : Number.NaN));
  if (!numbers.every((number) => number > 0))
    throw new InvalidArgumentError("Expected numbers above 0, as 0.5,0.5,0.5.");
  return numbers;
}

function scaleList(text: string): number[] {
  const scales = /^\d{1,4}(,\d{1,4})*$/.test(text) ? text.split(",").map(Number) : [];
  if (scales.length === 0 || scales.some((scale) => scale < 8)) {
    throw new InvalidArgumentError("Expected whole numbers from 8 to 9999, as 224,256.");
  }
  return scales;
}

function packageVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
