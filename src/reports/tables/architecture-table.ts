// Table 1 in the paper's layout: the nets for ImageNet that this program builds at full width for 224×224 pixels, with the
// paper's multiply-adds and ours. It describes the code, not any run.

import { modelSchema } from "../../config/schema.ts";
import { describeModel, type LayerDescription, type ModelDescription } from "../../models/describe.ts";
import { printedMultiplyAdds } from "../../paper/tables.ts";
import type { Column } from "../../text/column.ts";
import { csvText } from "../../text/csv.ts";
import { markdownList, markdownTable } from "../../text/markdown.ts";
import { grouped } from "../../text/quantities.ts";

const input = { height: 224, width: 224, channels: 3, classes: 1000 };
/** The paper prints two digits and cuts some numbers off, so ours may differ by one in the second digit. */
const printedDigit = 0.1e9;

/** A net of Table 1. */
interface Net extends ModelDescription {
  /** "18". */
  readonly depth: string;
  /** Multiply-adds as printed. */
  readonly printed: number;
}

/** A stage of the nets, or one of their sums. */
interface Line {
  readonly name: string;
  readonly size: string;
  readonly of: (net: Net) => string;
}

export interface ArchitectureTable {
  readonly columns: readonly Column<Line>[];
  /** Blocks by stage, then FLOPs of the paper and ours, the verdict and our parameters. */
  readonly rows: readonly Line[];
  readonly notes: readonly string[];
}

/** Table 1 for 18, 34, 50, 101 and 152 layers. */
export function architectureTable(): ArchitectureTable {
  const nets = Object.entries(printedMultiplyAdds).map(([depth, printed]): Net => {
    const shortcut = Number(depth) < 50 ? "A" : "B";
    const model = modelSchema.parse({ family: "imagenet", depth: Number(depth), shortcut });
    return { depth, printed, ...describeModel(model, input) };
  });
  const column = (title: string, text: (line: Line) => string): Column<Line> => ({
    title,
    text,
    data: { [title]: text },
  });
  return {
    columns: [
      column("layer name", ({ name }) => name),
      column("output size", ({ size }) => size),
      ...nets.map((net) => column(`${net.depth}-layer`, ({ of }) => of(net))),
    ],
    rows: [
      ...["stem", "stage1", "stage2", "stage3", "stage4", "head"].map((stage, i) => ({
        name: stage === "head" ? "" : `conv${i + 1}${i === 0 ? "" : "_x"}`,
        size: outputSize(stage, nets[0]?.layers ?? []),
        of: ({ layers }: Net) => stageText(stage, layers),
      })),
      { name: "FLOPs, paper", size: "", of: ({ printed }) => billions(printed, 1) },
      { name: "FLOPs, ours", size: "", of: ({ multiplyAdds }) => billions(multiplyAdds, 3) },
      { name: "verdict", size: "", of: verdict },
      { name: "parameters, ours", size: "", of: ({ parameters }) => grouped(parameters) },
    ],
    notes: [
      "These are the nets that this program builds at full width for 224×224 pixels, not the nets of any run.",
      "FLOPs are multiply-adds, as in the paper, which prints two digits. Reproduced means within ±0.1e9.",
      "Nets of 18 and 34 layers have shortcut option A, deeper nets have option B.",
    ],
  };
}

/** The table as a Markdown document. */
export function architectureMarkdown(experiment: string, { columns, rows, notes }: ArchitectureTable): string {
  return [`# ${experiment}: Table 1\n`, markdownTable(columns, rows), markdownList(notes)].join("\n");
}

/** The table as CSV. */
export function architectureCsv({ columns, rows }: ArchitectureTable): string {
  return csvText(columns, rows);
}

function verdict({ printed, multiplyAdds }: Net): string {
  if (Math.abs(multiplyAdds - printed) <= printedDigit) return "reproduced";
  return multiplyAdds > printed ? "more than printed" : "fewer than printed";
}

function layersOf(stage: string, layers: readonly LayerDescription[]): LayerDescription[] {
  if (stage === "head") return layers.filter(({ name }) => name === "pool" || name === "dense");
  return layers.filter(({ name }) => name.startsWith(`${stage}.`));
}

function outputSize(stage: string, layers: readonly LayerDescription[]): string {
  // The stem's pooling belongs to conv2_x.
  const own = layersOf(stage, layers).filter(({ kind }) => stage !== "stem" || kind === "conv");
  const output = own.at(-1)?.output;
  return output ? `${output.height}×${output.width}` : "";
}

function stageText(stage: string, layers: readonly LayerDescription[]): string {
  const own = layersOf(stage, layers);
  const convolutions = own.filter(({ kind }) => kind === "conv");
  if (stage === "head") return `average pool, ${own.at(-1)?.output.channels}-d fc, softmax`;
  if (stage === "stem") return convolutions.map((conv) => `${convText(conv)}, stride ${conv.stride}`).join("; ");
  const blocks = new Set(own.map(({ name }) => name.split(".")[1])).size;
  const block = convolutions.slice(0, convolutions.length / blocks).map(convText);
  const pool = stage === "stage1" ? layersOf("stem", layers).find(({ kind }) => kind === "max-pool") : undefined;
  const before = pool ? `${pool.kernel}×${pool.kernel} max pool, stride ${pool.stride}; ` : "";
  return `${before}[${block.join("; ")}] × ${blocks}`;
}

function convText({ kernel, output }: LayerDescription): string {
  return `${kernel}×${kernel}, ${output.channels}`;
}

function billions(count: number, digits: number): string {
  return `${(count / 1e9).toFixed(digits)}e9`;
}
