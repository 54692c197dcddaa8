// The syntax of the commands around runs: models, data sets, engines, the machine. Each command is imported when it is called.
import { type Command, Option } from "commander";
import { engineNames } from "../engines/names.ts";
import { adapter, data, emptyClasses, engine, json, modelOptions, threads, wholeNumber } from "./arguments/options.ts";
import type { Io } from "./terminal/io.ts";

/** Adds `describe` to `schema`. `finish` takes the exit code to come of the command that was called. */
export function addToolCommands(program: Command, io: Io, finish: (command: Promise<number>) => Promise<void>): void {
  const describe = program
    .command("describe")
    .argument("<model>", "FAMILY-DEPTH: cifar-20, cifar-56 …, imagenet-18 … imagenet-152")
    .description("print a model's layers, shapes, parameters and multiply-adds");
  for (const option of modelOptions()) describe.addOption(option);
  describe
    .option("--draw <part>", "print an SVG instead: net, or a block such as stage1.block2")
    .addOption(json())
    .action((name, options) =>
      finish(import("./commands/describe.ts").then(({ describeCommand }) => describeCommand(name, options, io))),
    );

  const datasets = program.command("datasets").description("list, fetch, prepare and verify data sets");
  datasets
    .command("list")
    .description("print each data set and where it is")
    .addOption(data())
    .addOption(json())
    .action((options) =>
      finish(import("./commands/datasets.ts").then(({ datasetsListCommand }) => datasetsListCommand(options, io))),
    );
  datasets
    .command("fetch")
    .argument("<name>", "a data set of `datasets list`")
    .description("download a data set, unless it is there")
    .addOption(data())
    .addOption(json())
    .action((name, options) =>
      finish(
        import("./commands/datasets.ts").then(({ datasetsFetchCommand }) => datasetsFetchCommand(name, options, io)),
      ),
    );
  datasets
    .command("prepare")
    .argument("<name>", "imagenet")
    .description("make shards of a folder of images, which are read faster; the same command resumes")
    .addOption(data())
    .option("--size <n>", "short side that larger images are reduced to", wholeNumber(256), 480)
    .option("--to <dir>", "where to put them (default: beside the folder)")
    .option("--shard-images <n>", "images in a shard", wholeNumber(1), 8192)
    .addOption(emptyClasses())
    .addOption(json())
    .action((name, options) =>
      finish(
        import("./commands/datasets.ts").then(({ datasetsPrepareCommand }) =>
          datasetsPrepareCommand(name, options, io),
        ),
      ),
    );
  datasets
    .command("verify")
    .argument("[name]", "a data set of `datasets list`; all that are there without one")
    .description("read all of a data set; print counts, digest and class balance")
    .addOption(data())
    .addOption(emptyClasses())
    .addOption(json())
    .action((name, options) =>
      finish(
        import("./commands/datasets.ts").then(({ datasetsVerifyCommand }) => datasetsVerifyCommand(name, options, io)),
      ),
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
      finish(
        import("./commands/engine.ts").then(({ engineInstallCommand }) => engineInstallCommand(name, options, io)),
      ),
    );
  engines
    .command("remove")
    .argument("<name>", "tensorflow")
    .description("delete what `engine install` made")
    .addOption(json())
    .action((name, options) =>
      finish(import("./commands/engine.ts").then(({ engineRemoveCommand }) => engineRemoveCommand(name, options, io))),
    );

  program
    .command("doctor")
    .description("check each engine of this machine against the reference; 4 where a check does not hold")
    .addOption(new Option("--engine <name>", "check this one only").choices(engineNames))
    .addOption(adapter())
    .addOption(threads())
    .addOption(json())
    .action((options) =>
      finish(import("./commands/doctor.ts").then(({ doctorCommand }) => doctorCommand(options, io))),
    );

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
      finish(import("./commands/bench.ts").then(({ benchCommand }) => benchCommand(name, options, io))),
    );

  program
    .command("schema")
    .description("print the JSON Schema of experiment files")
    .action(() => finish(import("./commands/schema.ts").then(({ schemaCommand }) => schemaCommand(io))));
}
