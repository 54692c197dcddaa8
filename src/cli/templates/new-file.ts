// The text of a new experiment file: a commented one to start from, or a shipped file under a new name.
import { isInFiles } from "../../config/names.ts";
import type { ShippedExperiment } from "../../config/shipped-heads.ts";
import { shellWord } from "../../text/shell.ts";
import { profilesOfOtherImages, smallViews, withAtMost, withoutProfiles, withSmallViews } from "./small-views.ts";

/** The user's own images. */
export interface OwnData {
  /** The data set's name in experiment files. */
  readonly name: string;
  /** Its directory, for --data. */
  readonly directory: string;
  /** The share of a folder's images to test on, if it has no test images. */
  readonly testFraction?: number | undefined;
  /** How many images a folder has. */
  readonly images?: { readonly trainImages: number; readonly testImages: number };
}

/** An experiment file that asks one question, with a comment on each part. */
export function commentedFile(name: string, data: OwnData | undefined): string {
  const commands = headLines([
    [`resnet-exp plan ${name}.yaml${option(data)}`, "what would run, and why"],
    [`resnet-exp run ${name}.yaml --profile smoke${option(data)}`, "a check that everything runs, in seconds"],
    [`resnet-exp run ${name}.yaml${option(data)}`, "the study: its tables, figures and page are in results/"],
  ]);
  return `# yaml-language-server: $schema=./experiment.schema.json
# What this study asks. \`resnet-exp schema\` describes every key, and so does an editor that reads the line above.
#
${commands}
name: ${name}
question: Does a residual net of 20 layers learn better than a plain one?

# The images. \`resnet-exp datasets list\` shows what there is; synthetic images are made from a seed.
dataset: { ${datasetKeys(data)} }

# What all nets share. The family cifar has 6n+2 layers: 20, 32, 44, 56 …; the paper's width is 16.
model: { family: cifar, depth: 20, width: 8 }

training:
  batchSize: 64
  iterations: 400
  # The learning rate is divided by ten after each of these iterations.
  learningRate: { initial: 0.1, dropAt: [200, 300] }${data?.name === "imagenet" ? `\n  augmentation: scale-crop-flip-colour\n  scale: ${smallViews.scale}` : ""}

# Every 100 iterations the net is tested on the test images.
evaluation: { every: 100${data?.name === "imagenet" ? `, shortSide: ${smallViews.shortSide}` : ""} }

# Each net is trained once with each seed. Three seeds show how much results scatter: [0, 1, 2].
seeds: [0]

# Every combination of these values is one net. Any value of this file can be an axis: training.batchSize: [32, 64].
matrix:
  model.block: [plain, basic]

# \`--profile smoke\` lays these values over the rest.
profiles:
  smoke:
    dataset: { trainImages: ${Math.min(512, data?.images?.trainImages ?? 512)}, testImages: ${Math.min(256, data?.images?.testImages ?? 256)} }
    training: { iterations: 20, learningRate: { dropAt: [10, 15] } }
    evaluation: { every: 10 }
`;
}

/** A shipped file under a new name, and the profiles that it has lost. */
export interface DerivedFile {
  readonly text: string;
  /** They are for other images than those in the files of --data. */
  readonly leftOut: readonly string[];
}

/**
 * A shipped file under a new name: its commands name the new file.
 * @param text of the shipped file
 */
export function derivedFile(
  name: string,
  from: ShippedExperiment,
  text: string,
  data: OwnData | undefined,
): DerivedFile {
  const shipped = text.split("\n");
  const others = profilesOfOtherImages(shipped);
  const leftOut = data && isInFiles(data.name) ? others : [];
  const commands = from.commands
    .filter(({ profile }) => profile === undefined || !leftOut.includes(profile))
    .map(({ profile, cost }): [string, string] => {
      const usesData = profile === undefined || !others.includes(profile);
      const words = [`resnet-exp run ${name}.yaml`, ...(profile === undefined ? [] : [`--profile ${profile}`])];
      return [
        words.join(" ") + (usesData ? option(data) : ""),
        data && usesData ? `the images in ${data.directory}` : cost,
      ];
    });
  const isCommand = (line: string) => line.startsWith(`# resnet-exp run ${from.name} `);
  const lines = withoutProfiles(shipped, leftOut).flatMap((line, i, all) => {
    if (isCommand(line)) return isCommand(all[i - 1] ?? "") ? [] : [headLines(commands)];
    if (line === `name: ${from.name}`) return [`name: ${name}`];
    if (data && line === "dataset: { name: synthetic }") return [`dataset: { ${datasetKeys(data)} }`];
    return [line.replaceAll(`'${from.name}/*'`, `'${name}/*'`)];
  });
  const viewed = data?.name === "imagenet" ? withSmallViews(lines) : lines;
  return { text: (data?.images ? withAtMost(viewed, data.images) : viewed).join("\n"), leftOut };
}

/** Images of any size are seen as small as those of CIFAR-10, so that a first run does not take long. */
function datasetKeys(data: OwnData | undefined): string {
  const keys = [`name: ${data?.name ?? "synthetic"}`];
  if (data && isInFiles(data.name)) keys.push(`cropSize: ${smallViews.cropSize}`);
  if (data?.testFraction !== undefined) keys.push(`testFraction: ${data.testFraction}`);
  return keys.join(", ");
}

/** Commands that work after the file is written, in the order in which a user needs them. */
export function nextCommands(name: string, data: OwnData | undefined): string[] {
  const file = `${name}.yaml`;
  return [`plan ${file}`, `run ${file} --profile smoke`, `run ${file}`].map(
    (words) => `resnet-exp ${words}${option(data)}`,
  );
}

function option(data: OwnData | undefined): string {
  return data ? ` --data ${shellWord(data.directory)}` : "";
}

function headLines(commands: readonly (readonly [command: string, text: string])[]): string {
  const width = Math.max(...commands.map(([command]) => command.length));
  return commands.map(([command, text]) => `# ${command.padEnd(width)}  ${text}`).join("\n");
}
