// `new NAME`: writes an experiment file to start from and the schema beside it, and prints the commands that come next.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { experimentJsonSchema } from "../../config/json-schema.ts";
import { datasetNames } from "../../config/names.ts";
import { wordSchema } from "../../config/schema.ts";
import { shippedNames } from "../../config/shipped.ts";
import { type ShippedExperiment, shippedExperiments } from "../../config/shipped-heads.ts";
import { sources } from "../../datasets/dataset.ts";
import { nearestWord, UserError } from "../../errors.ts";
import { jsonText, writeFileAtomically } from "../../system/atomic-file.ts";
import type { OptionsOf } from "../syntax/definition.ts";
import type { newExperiment } from "../syntax/new.ts";
import { commentedFile, derivedFile, nextCommands, type OwnData } from "../templates/new-file.ts";
import type { Io } from "../terminal/io.ts";

const schemaFile = "experiment.schema.json";

/**
 * Writes NAME.yaml into the working directory. Always 0.
 * @throws UserError where the name is no name of a study or is taken, or the directory of --data holds no data set
 */
export async function newCommand(name: string, options: OptionsOf<typeof newExperiment>, io: Io): Promise<number> {
  requireOwnName(name);
  const file = `${name}.yaml`;
  if (existsSync(file)) {
    throw new UserError(`Expected ${file} to be a new file, got one that exists.`, ["Choose another name."]);
  }
  const shipped = options.from === undefined ? undefined : shippedExperiment(options.from);
  const data = options.data === undefined ? undefined : await ownData(options.data);
  const { text, leftOut } = shipped
    ? derivedFile(name, shipped, readFileSync(shipped.file, "utf8"), data)
    : { text: commentedFile(name, data), leftOut: [] };
  writeFileAtomically(file, text);
  const schema = jsonText(experimentJsonSchema());
  const written = [file];
  if (!existsSync(schemaFile)) {
    writeFileAtomically(schemaFile, schema);
    written.push(schemaFile);
  } else if (readFileSync(schemaFile, "utf8") !== schema) {
    io.err(`${schemaFile} is of another version and stays. \`resnet-exp schema > ${schemaFile}\` replaces it.\n`);
  }
  if (leftOut.length > 0) {
    const [profiles, they, them] = leftOut.length === 1 ? ["profile", "it is", "it"] : ["profiles", "they are", "them"];
    io.err(
      `Left out the ${profiles} ${leftOut.join(", ")}: ${they} for other images, or for another size of these. ${options.from} still has ${them}.\n`,
    );
  }
  io.out(`Wrote ${written.join(" and ")}.\n\nNext:\n`);
  for (const command of nextCommands(name, data)) io.out(`  ${caller()}${command}\n`);
  return 0;
}

function requireOwnName(name: string): void {
  const issue = wordSchema.safeParse(name).error?.issues[0];
  if (issue) {
    const stem = name.replace(/\.ya?ml$/i, "");
    throw new UserError(
      `Expected the name of the study to be ${issue.message}, got ${JSON.stringify(name)}.`,
      stem !== name && wordSchema.safeParse(stem).success ? [`Write ${stem}: the file becomes ${stem}.yaml.`] : [],
    );
  }
  if (name === "reference" || shippedNames().includes(name)) {
    throw new UserError(`Expected a name of your own, got ${name}, which comes with the program.`, [
      "Choose another name; --from starts from an experiment that comes with the program.",
    ]);
  }
}

function shippedExperiment(name: string): ShippedExperiment {
  const found = shippedExperiments().find((each) => each.name === name);
  if (found) return found;
  const nearest = nearestWord(name, shippedNames());
  throw new UserError(`Expected --from to be an experiment that comes with the program, got ${JSON.stringify(name)}.`, [
    nearest ? `Did you mean ${nearest}?` : "`resnet-exp experiments` lists them.",
  ]);
}

/** The data set that lies in a directory. */
async function ownData(directory: string): Promise<OwnData> {
  // Debian's copy of a data set is found wherever --data leads.
  const isIn = (path: string | undefined) => path && !relative(resolve(directory), path).startsWith("..");
  const names = datasetNames.filter((each) => isIn(sources[each].locate({ data: directory })));
  // A folder of images by class is of one's own images, even if it has the layout of ImageNet, unless it is ImageNet.
  const name = names.find((each) => each !== "imagenet" || isImagenet(sources[each].locate({ data: directory })!));
  if (name === "folder") return ownFolder(directory);
  if (name) return { name, directory };
  const nearby = datasetNames.flatMap((each) => sources[each].nearby?.({ data: directory }) ?? []);
  throw new UserError(`Expected ${directory} to hold a data set, got none.`, [
    ...new Set(nearby),
    "`resnet-exp datasets list --data DIR` shows which data sets a directory holds.",
  ]);
}

/** Whether classes are named by wnids; shards have no folder train/. */
function isImagenet(directory: string): boolean {
  const train = join(directory, "train");
  return !existsSync(train) || readdirSync(train).some((name) => /^n\d{8}$/.test(name));
}

/** A folder of the user's images, with a share to test on if it has no test images. */
async function ownFolder(directory: string): Promise<OwnData> {
  for (const testFraction of [undefined, 0.2]) {
    try {
      const found = await sources.folder.survey({ data: directory, testFraction, emptyClasses: "allow" });
      if (found) return { name: "folder", directory, testFraction, images: found };
    } catch (error) {
      if (!(error instanceof UserError) || testFraction !== undefined) throw error;
    }
  }
  return { name: "folder", directory };
}

/** What stands before `resnet-exp` in a command of this user: one started by npx has no such program in PATH. */
function caller(): string {
  return process.env.npm_command === "exec" ? "npx " : "";
}
