// The keys of an experiment file as Markdown, from its JSON Schema: docs/experiment-files.md.
import { experimentJsonSchema } from "../../src/config/json-schema.ts";

interface Node {
  readonly description?: string;
  readonly default?: unknown;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly items?: Node;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Node>>;
}

/** The sections in which a matrix may set keys, in the order of a file. */
const sections = ["dataset", "model", "training", "evaluation", "record"];

export function keyReference(): string {
  const schema = experimentJsonSchema() as Node;
  const definitions = schema.$defs!;
  const top = Object.entries(schema.properties!).filter(([key]) => !sections.includes(key));
  const resolved = (node: Node) => (node.$ref ? definitions[node.$ref.split("/").at(-1)!]! : node);
  const parts = [
    head,
    "## At the top\n",
    table(top.map(([key, node]) => [key, resolved(node)])),
    ...sections.flatMap((section) => {
      const { description, properties } = definitions[section]!;
      return [`## ${section}\n`, `${sentence(description!)}\n`, table(rowsOf(properties!))];
    }),
    "## analyses\n",
    "Each is done of every run that it says something about. A matrix cannot vary them.\n",
    table(rowsOf(resolved(schema.properties!.analyses!).properties!)),
  ];
  return `${parts.join("\n")}`;
}

/** Keys with their nodes; those of an object in an object as `learningRate.initial`. */
function rowsOf(properties: Readonly<Record<string, Node>>, prefix = ""): [string, Node][] {
  return Object.entries(properties).flatMap(([key, node]): [string, Node][] => [
    [`${prefix}${key}`, node],
    ...(node.properties ? rowsOf(node.properties, `${prefix}${key}.`) : []),
  ]);
}

function table(rows: readonly (readonly [string, Node])[]): string {
  const lines = rows.map(([key, node]) => {
    const cells = [`\`${key}\``, valuesOf(node), defaultOf(node), node.description ?? ""];
    return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`;
  });
  return `| key | values | default | meaning |\n| --- | --- | --- | --- |\n${lines.join("")}`;
}

function valuesOf(node: Node): string {
  if (node.enum) return node.enum.map((value) => `\`${value}\``).join(", ");
  if (node.const !== undefined) return `\`${node.const}\``;
  if (node.type === "object") return "a map";
  if (node.type === "array") return `a list${node.items?.type ? ` of ${plural(node.items)}` : ""}`;
  if (node.type === "string") return "text";
  if (node.type === "integer" || node.type === "number") return numberText(node);
  return "";
}

function plural({ type }: Node): string {
  if (type === "integer") return "whole numbers";
  if (type === "number") return "numbers";
  return type === "string" ? "texts" : "maps";
}

function numberText({ type, minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Node): string {
  const kind = type === "integer" ? "whole number" : "number";
  const limits = [
    ...(minimum === undefined ? [] : [`from ${minimum}`]),
    ...(exclusiveMinimum === undefined ? [] : [`above ${exclusiveMinimum}`]),
    ...(maximum === undefined ? [] : [`to ${maximum}`]),
    ...(exclusiveMaximum === undefined ? [] : [`below ${exclusiveMaximum}`]),
  ];
  return [kind, limits.join(" ")].join(" ").trim();
}

function defaultOf(node: Node): string {
  if (node.default === undefined || node.type === "object") return "";
  return `\`${JSON.stringify(node.default).replaceAll('"', "")}\``;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

const head = `# Experiment files

\`npm run docs\` writes the tables of this page from the schema; an editor shows the same text as you type, where the first
line of the file is \`# yaml-language-server: $schema=./experiment.schema.json\`. \`resnet-exp new NAME\` writes such a file
with the schema beside it, and \`resnet-exp schema\` prints the schema.

An experiment file declares a study: the nets to compare, how they are trained, and on which images.

\`\`\`yaml
name: rate
question: Which learning rate trains ResNet-20 best?
dataset: { name: synthetic }
model: { family: cifar, depth: 20, width: 8 }
training:
  batchSize: 64
  iterations: 400
  learningRate: { dropAt: [200, 300] }
seeds: [0, 1, 2]
matrix:
  training.learningRate.initial: [0.03, 0.1, 0.3]
\`\`\`

- **matrix**: each key is an axis. The study trains every combination of the axes' values, once with each seed. Any key of
  the sections below can be an axis. \`exclude\` lists combinations to leave out. A key that takes a list has lists as the
  values of its axis: \`training.learningRate.dropAt: [[200, 300], [100]]\`.
- **values that vary together** are one axis with a name of your own, a list of maps:
  \`batch: [{ training.batchSize: 64, training.learningRate.initial: 0.1 }, { training.batchSize: 128, training.learningRate.initial: 0.2 }]\`.
- **profiles**: named parts of the file. \`--profile NAME\` lays one over the rest: its values replace those of the file.
  Several are laid over it in the order of the command line.
- **the command line** comes last: \`--set training.iterations=200\` sets a value, \`--set model.width=8,16\` adds an axis,
  \`--seeds 0-4\` sets the seeds, \`--only 'ResNet-*'\` picks runs.
- **a mistake** is answered with its place, what was expected, and the nearest key or value.
- **the run's name** depends on every value that could change its numbers. A new key with its default renames no run.
- Keys that begin with \`x-\` are for you: YAML anchors can live there.

A default that depends on other keys stands in the meaning. Every default is the paper's, or what its authors' code does
where the paper is silent ([differences](differences.md)).
`;
