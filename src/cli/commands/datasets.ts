// `datasets list`, `datasets fetch NAME`, `datasets prepare NAME` and `datasets verify [NAME]`: these list, download, pack
// and check data sets.
import { datasetNames, isInFiles } from "../../config/names.ts";
import { type DatasetName, openDataset, sources } from "../../datasets/dataset.ts";
import { dataRoot } from "../../datasets/location.ts";
import { prepareShards } from "../../datasets/prepare.ts";
import { type Manifest, type ShardedName, shardDirectory } from "../../datasets/shards.ts";
import type { DatasetOptions, Inspection, Source } from "../../datasets/source.ts";
import { UserError } from "../../errors.ts";
import type { Column } from "../../text/column.ts";
import { textList } from "../../text/lines.ts";
import { grouped } from "../../text/quantities.ts";
import { terminalTable } from "../../text/terminal-table.ts";
import { parseDatasetName } from "../arguments/dataset-name.ts";
import type { datasetsFetch, datasetsList, datasetsPrepare, datasetsVerify } from "../syntax/datasets.ts";
import type { OptionsOf } from "../syntax/definition.ts";
import { datasetFacts, datasetText } from "../terminal/dataset-text.ts";
import { downloadBar } from "../terminal/download-bar.ts";
import type { Io } from "../terminal/io.ts";

/** Prints each data set's size and where it is. Always returns 0. */
export async function datasetsListCommand(options: OptionsOf<typeof datasetsList>, io: Io): Promise<number> {
  const rows: Listed[] = [];
  for (const name of datasetNames) rows.push(await listDataset(name, options));
  if (options.json) {
    io.out(`${JSON.stringify(rows)}\n`);
    return 0;
  }
  const columns: readonly Column<(typeof rows)[number]>[] = [
    { title: "name", text: ({ name }) => name },
    {
      title: "train + test",
      importance: 3,
      text: ({ trainImages, testImages }) =>
        trainImages === null || testImages === null ? "–" : `${grouped(trainImages)} + ${grouped(testImages)}`,
    },
    { title: "size", importance: 1, text: ({ height, width, channels }) => `${height}×${width}×${channels}` },
    { title: "classes", importance: 2, text: ({ classes }) => (classes === null ? "–" : String(classes)) },
    {
      title: "where",
      text: ({ directory }) => (directory === "" ? "made from a seed" : (directory ?? "not here")),
    },
  ];
  io.out(terminalTable(columns, rows, io.tableWidth));
  const ways = rows.flatMap(({ name, directory }) =>
    directory === null ? [[name, sources[name].wayToGet] as const] : [],
  );
  for (const { name, problem } of rows) if (problem !== undefined) io.out(`\n${name}: ${problem}\n`);
  if (ways.length > 0) io.out(`\nHow to get the missing data sets:\n${textList(ways, io.columns)}`);
  return 0;
}

/** A data set in the list. Counts are null if they depend on a folder that is not here or cannot be read. */
interface Listed {
  readonly name: DatasetName;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly classes: number | null;
  readonly trainImages: number | null;
  readonly testImages: number | null;
  readonly directory: string | null;
  /** Why the folder cannot be read as it is. */
  readonly problem?: string;
}

async function listDataset(name: DatasetName, options: OptionsOf<typeof datasetsList>): Promise<Listed> {
  const source: Source = sources[name];
  const { height, width, channels, classes = null, trainImages = null, testImages = null } = source.shape;
  const directory = source.locate(options) ?? null;
  const row = { name, height, width, channels, classes, trainImages, testImages, directory };
  if (!isInFiles(name) || directory === null) return row;
  try {
    // What lies there, which need not be what was published.
    const found = await source.survey({ data: options.data, emptyClasses: "allow" });
    const { classes = null, trainImages = null, testImages = null } = found ?? {};
    return { ...row, classes, trainImages, testImages };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { ...row, classes: null, trainImages: null, testImages: null, problem: error.message };
  }
}

/** Downloads a data set unless it is there. Returns 0 on success. @throws UserError that says what to do */
export async function datasetsFetchCommand(
  name: string,
  options: OptionsOf<typeof datasetsFetch>,
  io: Io,
): Promise<number> {
  const source = sources[parseDatasetName(name)];
  let directory = source.locate(options);
  if (directory === undefined) {
    const bar = downloadBar(io);
    try {
      directory = await source.fetch({ data: options.data, onProgress: bar.onProgress, signal: io.signal });
    } finally {
      bar.stop();
    }
  }
  if (options.json) io.out(`${JSON.stringify({ name, directory })}\n`);
  else io.out(directory === "" ? `${name} is made from a seed and needs no files\n` : `${name} is in ${directory}\n`);
  return 0;
}

/**
 * Makes shards of ImageNet's folder, or the missing ones. Returns 0 on success.
 * @throws UserError where the folder is missing or cannot be prepared
 */
export async function datasetsPrepareCommand(
  name: string,
  options: OptionsOf<typeof datasetsPrepare>,
  io: Io,
): Promise<number> {
  const source: Source = sources[parseDatasetName(name)];
  if (!source.list) {
    throw new UserError(
      `Expected the data set to be imagenet or folder, got ${name}, which is read whole into memory and needs no preparation.`,
    );
  }
  const { data, testFraction } = options;
  if (testFraction !== undefined && name !== "folder") {
    throw new UserError(`Expected --test-fraction with folder only, got ${name}, which has test images.`);
  }
  const folder = source.list({ data, testFraction, emptyClasses: options.emptyClasses ? "allow" : undefined });
  const directory = shardDirectory(options.to ?? dataRoot(data).path, options.size, name as ShardedName);
  const bar = downloadBar(io, "images");
  let manifest: Manifest | undefined;
  try {
    const onProgress = (done: number, total: number) => bar.onProgress({ file: "preparing", done, total });
    const { size, shardImages } = options;
    manifest = await prepareShards(folder, directory, { size, shardImages, onProgress, signal: io.signal });
  } finally {
    bar.stop();
  }
  if (manifest === undefined) return 0; // a signal came; the same command resumes
  const { unreadable, shards } = manifest;
  const images = (split: "train" | "test") => shards[split].reduce((sum, shard) => sum + shard.images, 0);
  const notes = manifest.notes ?? [];
  const facts = { name, directory, trainImages: images("train"), testImages: images("test"), unreadable, notes };
  if (options.json) io.out(`${JSON.stringify(facts)}\n`);
  else {
    io.out(`${name} is in ${directory}: ${grouped(facts.trainImages)} + ${grouped(facts.testImages)} images\n`);
    for (const { path, reason } of unreadable) io.out(`left out because it cannot be decoded: ${path} (${reason})\n`);
    for (const note of notes) io.out(`${note}\n`);
  }
  return 0;
}

/**
 * Reads one data set, or each that is on this machine, and prints counts, digest and class balance.
 * Returns 4 if one has a problem, which is printed. @throws UserError if the named data set is not on this machine
 */
export async function datasetsVerifyCommand(
  name: string | undefined,
  options: OptionsOf<typeof datasetsVerify>,
  io: Io,
): Promise<number> {
  const { data, testFraction } = options;
  const emptyClasses = options.emptyClasses ? ("allow" as const) : undefined;
  const names = name === undefined ? datasetNames : [parseDatasetName(name)];
  let problems = 0;
  for (const each of names) {
    const source: Source = sources[each];
    const directory = source.locate({ data });
    if (directory === undefined) {
      if (name !== undefined) {
        throw new UserError(`Expected ${each} to be on this machine, got none of its files.`, [
          ...(source.nearby?.({ data }) ?? []),
          source.wayToGet,
          "Or name the directory that holds it: --data DIR or RESNET_EXP_DATA=DIR",
        ]);
      }
      io.out(options.json ? `${JSON.stringify({ name: each, directory: null })}\n` : `${each}: not on this machine\n`);
      continue;
    }
    try {
      const how = { emptyClasses, testFraction: each === "folder" ? testFraction : undefined };
      const dataset = await openDataset({ name: each, validationImages: 0, ...how }, { data });
      const { problems: found, notes } = await inspect(each, { data, ...how }, io);
      if (options.json) io.out(`${JSON.stringify({ ...datasetFacts(dataset, directory), problems: found, notes })}\n`);
      else io.out(datasetText(dataset, directory) + [...found, ...notes].map((line) => `  ${line}\n`).join(""));
      problems += found.length;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      problems++;
      if (options.json) io.out(`${JSON.stringify({ name: each, directory, problem: error.message })}\n`);
      else io.out(`${each}: ${[error.message, ...error.hints].join("\n  ")}\n`);
    }
  }
  return problems > 0 ? 4 : 0;
}

async function inspect(name: DatasetName, options: DatasetOptions, io: Io): Promise<Inspection> {
  const source: Source = sources[name];
  if (!source.inspect) return { problems: [], notes: [] };
  const bar = downloadBar(io, "images");
  try {
    return await source.inspect({ ...options, onProgress: bar.onProgress, signal: io.signal });
  } finally {
    bar.stop();
  }
}
