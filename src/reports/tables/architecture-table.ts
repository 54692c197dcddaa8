// Table 1: the nets for ImageNet as this program builds them, at full width and 224×224 pixels, in the paper's layout, with
// the paper's multiply-adds beside ours. It is of the code, not of any run.
import { modelSchema } from "../../config/schema.ts";
import { describeModel, type LayerDescription } from "../../models/describe.ts";
import { printedMultiplyAdds } from "../../paper/tables.ts";
import { markdownTable, type TextColumn } from "../../text/text-table.ts";
import { csvText } from "./csv.ts";

const input = { height: 224, width: 224, channels: 3, classes: 1000 };
/** The paper prints two digits and cuts some off, so ours may differ by as much. */
const printedDigit = 0.1e9;

export interface ArchitectureTable {
  readonly columns: readonly TextColumn[];
  /** Blocks by stage, then FLOPs of the paper and ours, the verdict and our parameters. */
  readonly cells: readonly (readonly string[])[];
  readonly notes: readonly string[];
}

/** Table 1 for 18, 34, 50, 101 and 152 layers. */
export function architectureTable(): ArchitectureTable {
  const nets = Object.entries(printedMultiplyAdds).map(([depth, printed]) => {
    const shortcut = Number(depth) < 50 ? "A" : "B";
    const model = modelSchema.parse({ family: "imagenet", depth: Number(depth), shortcut });
    return { depth, printed, ...describeModel(model, input) };
  });
  const stages = ["stem", "stage1", "stage2", "stage3", "stage4", "head"];
  const [first] = nets;
  return {
    columns: ["layer name", "output size", ...nets.map(({ depth }) => `${depth}-layer`)].map((title) => ({
      title,
      align: "left",
      importance: 1,
    })),
    cells: [
      ...stages.map((stage, i) => [
        stage === "head" ? "" : `conv${i + 1}${i === 0 ? "" : "_x"}`,
        outputSize(stage, first?.layers ?? []),
        ...nets.map(({ layers }) => stageText(stage, layers)),
      ]),
      ["FLOPs, paper", "", ...nets.map(({ printed }) => billions(printed, 1))],
      ["FLOPs, ours", "", ...nets.map(({ multiplyAdds }) => billions(multiplyAdds, 3))],
      [
        "verdict",
        "",
        ...nets.map(({ printed, multiplyAdds }) =>
          Math.abs(multiplyAdds - printed) <= printedDigit
            ? "reproduced"
            : multiplyAdds > printed
              ? "more than printed"
              : "fewer than printed",
        ),
      ],
      ["parameters, ours", "", ...nets.map(({ parameters }) => parameters.toLocaleString("en-US"))],
    ],
    notes: [
      "The nets as this program builds them at full width for 224×224 pixels, not the nets of any run.",
      "FLOPs are multiply-adds, as in the paper, which prints two digits; reproduced: within ±0.1e9.",
      "18 and 34 layers with shortcut option A, deeper nets with option B.",
    ],
  };
}

/** The table as a Markdown document. */
export function architectureMarkdown(experiment: string, { columns, cells, notes }: ArchitectureTable): string {
  const list = notes.map((line) => `- ${line}\n`).join("");
  return [`# ${experiment}: Table 1\n`, markdownTable(columns, cells), list].join("\n");
}

/** The table as CSV. */
export function architectureCsv({ columns, cells }: ArchitectureTable): string {
  const titles = columns.map(({ title }) => title);
  return csvText(
    titles,
    cells.map((row) => Object.fromEntries(row.map((cell, i) => [titles[i] ?? "", cell]))),
  );
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
