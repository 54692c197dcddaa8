// Hints for a directory that is almost right: the archive is still packed, the files are the Python version, or they are
// one folder up or down. Each hint has a sentence and a command.
import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { shellWord } from "../text/shell.ts";

/** A data set that was not found. */
export interface Sought {
  /** Whether a directory has it, so that --data may name it. */
  readonly isIn: (directory: string) => boolean;
  /** A path below a directory, deeper than two levels, at which it may be. */
  readonly below?: string | undefined;
  /** Its archives, and the command that unpacks an archive. */
  readonly archives: Readonly<Record<string, (archive: string) => string>>;
  /** The names of its files for Python, which are pickles. */
  readonly pickles?: Pickles | undefined;
}

/** CIFAR's files for Python. */
export interface Pickles {
  readonly files: readonly string[];
  /** The keys of their labels, in the order of the binary layout. */
  readonly labels: readonly string[];
  /** The directory to write the binary layout to. */
  readonly target: string;
}

/** Looks at a directory, the one above it and two levels below. Reads names only, and never throws. */
export function nearby(root: string, { isIn, below: deeper, archives, pickles }: Sought): string[] {
  const below = directoriesIn(root);
  const places = [root, ...below, ...below.flatMap(directoriesIn), dirname(root)];
  const place = [...places, ...(deeper === undefined ? [] : places.map((path) => join(path, deeper)))].find(isIn);
  const found = places.flatMap((directory) =>
    Object.entries(archives).flatMap(([name, command]) => {
      const path = join(directory, name);
      return existsSync(path) ? [`${path} is still packed: ${command(path)}`] : [];
    }),
  );
  const python = pickles && places.find((directory) => pickles.files.every((name) => isFile(join(directory, name))));
  return [
    ...(place === undefined ? [] : [`It is in ${place}: --data ${shellWord(place)}`]),
    ...found.slice(0, 2),
    ...(python === undefined ? [] : conversion(root, python, pickles!)),
  ];
}

/** Unpacks an archive in its own directory. */
export function unpackCommand(path: string): string {
  const [from, to] = [shellWord(path), shellWord(dirname(path))];
  return /\.zip$/.test(basename(path)) ? `unzip -q ${from} -d ${to}` : `tar -xf ${from} -C ${to}`;
}

/** Unpacks a tar archive into a new directory next to it. */
export function unpackInto(path: string, directory: string): string {
  const target = shellWord(join(dirname(path), directory));
  return `mkdir -p ${target} && tar -xf ${shellWord(path)} -C ${target}`;
}

// A record of the binary layout is its labels, a byte each, and the pixels, which the pickles have in the same order.
function conversion(root: string, directory: string, { files, labels, target }: Pickles): string[] {
  const list = (words: readonly string[], prefix = "") => words.map((word) => `${prefix}"${word}"`).join(", ");
  const script = [
    "import os, pickle, sys, numpy as np",
    "source, target = sys.argv[1:]",
    "os.makedirs(target, exist_ok=True)",
    'load = lambda name: pickle.load(open(os.path.join(source, name), "rb"), encoding="bytes")',
    `rows = lambda d: np.column_stack([np.asarray(d[k], np.uint8) for k in (${list([...labels, "data"], "b")})])`,
    `[rows(load(name)).tofile(os.path.join(target, name + ".bin")) for name in (${list(files)})]`,
  ].join("; ");
  return [
    `${directory} has the Python version. To convert it, with the Python package numpy:`,
    `python3 -c '${script}' ${shellWord(directory)} ${shellWord(join(root, target))}`,
  ];
}

// A folder of images has directories called train and test.
function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

const most = 200;

function directoriesIn(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
      .slice(0, most)
      .map(({ name }) => join(path, name));
  } catch {
    return [];
  }
}
