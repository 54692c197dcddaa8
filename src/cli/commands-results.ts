// The syntax of the commands that read finished runs: tables, listings, tests. Each command is imported when it is called.
import { type Command, Option } from "commander";
import {
  adapter,
  data,
  emptyClasses,
  engine,
  json,
  netOptions,
  numberList,
  portNumber,
  profile,
  results,
  runArgument,
  runsArgument,
  scaleList,
  seeds,
  set,
  threads,
  wholeNumber,
} from "./arguments/options.ts";
import type { Io } from "./terminal/io.ts";
import { speaksUtf8 } from "./terminal/io.ts";

/** Adds `report` to `watch`. `finish` takes the exit code to come of the command that was called. */
export function addResultsCommands(
  program: Command,
  io: Io,
  finish: (command: Promise<number>) => Promise<void>,
): void {
  program
    .command("report")
    .argument("[experiment...]", "names of experiments; all without one")
    .description("make tables and curve data again from the runs")
    .addOption(results())
    .addOption(json())
    .action((names, options) =>
      finish(import("./commands/report.ts").then(({ reportCommand }) => reportCommand(names, options, io))),
    );

  program
    .command("ls")
    .argument("[experiment...]", "names of experiments; all without one")
    .description("list runs with their state")
    .option("--where <conditions>", 'only runs that meet all, as "state=done,depth>=34,label~ResNet-*"')
    .option("--sort <key>", "order by a word of --where, as testError or depth:desc")
    .addOption(results())
    .addOption(json())
    .action((names, options) =>
      finish(import("./commands/ls.ts").then(({ lsCommand }) => lsCommand(names, options, io))),
    );

  program
    .command("show")
    .argument("<run>", runArgument)
    .description("print a run: result, curves, spec and provenance")
    .addOption(new Option("--ascii", "draw in plain characters, as without UTF-8").default(!speaksUtf8(process.env)))
    .addOption(results())
    .addOption(json())
    .action((run, options) =>
      finish(import("./commands/show.ts").then(({ showCommand }) => showCommand(run, options, io))),
    );

  program
    .command("compare")
    .argument("<run...>", runArgument)
    .description("print what of their spec and provenance tells runs apart, then their results")
    .addOption(results())
    .addOption(json())
    .action((runs, options) =>
      finish(import("./commands/compare.ts").then(({ compareCommand }) => compareCommand(runs, options, io))),
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
    .action((run, options) =>
      finish(import("./commands/why.ts").then(({ whyCommand }) => whyCommand(run, options, io))),
    );

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
      finish(import("./commands/export.ts").then(({ exportCommand }) => exportCommand(names, options, io))),
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
  evaluate.addOption(emptyClasses());
  for (const option of netOptions()) evaluate.addOption(option);
  evaluate.action((names, { crops, ...rest }) => {
    const options = { ...rest, crops: crops === "10" ? 10 : 1 };
    return finish(
      rest.weights === undefined
        ? import("./commands/evaluate.ts").then(({ evaluateCommand }) => evaluateCommand(names, options, io))
        : import("./commands/evaluate-weights.ts").then(({ evaluateWeightsCommand }) =>
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
      finish(
        import("./commands/weights.ts").then(({ weightsExportCommand }) => weightsExportCommand(run, options, io)),
      ),
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
      finish(import("./commands/verify.ts").then(({ verifyCommand }) => verifyCommand(runs, options, io))),
    );

  program
    .command("watch")
    .argument("[experiment...]", "names of experiments; all, also those still to come, without one")
    .description("serve the report's pages on this machine only; open ones follow the runs")
    .option("--port <n>", "port of 127.0.0.1; 0 takes a free one", portNumber, 8015)
    .addOption(results())
    .addOption(json("print the address as JSON"))
    .action((names, options) =>
      finish(import("./commands/watch.ts").then(({ watchCommand }) => watchCommand(names, options, io))),
    );
}
