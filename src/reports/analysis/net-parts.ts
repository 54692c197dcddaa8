// A net part by part, with what was measured of each: the error without it, its response, its gradient, and how large what a
// block adds is beside its shortcut. Means over the runs of the net.
import type { ModelConfig } from "../../config/schema.ts";
import { describeModel } from "../../models/describe.ts";
import { numberIn, rowsOfAnalysis } from "./analysed.ts";
import { type Statistic, statistic } from "./statistics.ts";
import { isResidual, type SummaryRow } from "./tabulate.ts";

/** A convolution of a block. */
export interface LayerView {
  /** "stage1.block2.conv1" */
  readonly name: string;
  /** The test error without it, a fraction; undefined where it was not left out. */
  readonly without?: Statistic;
  /** The standard deviation of its response at the end of training. */
  readonly response?: number;
  /** The norm of its gradient in the last step. */
  readonly gradient?: number;
}

export interface BlockView {
  /** "stage1.block2" */
  readonly name: string;
  readonly stage: string;
  /** The test error of the net with the shortcut alone in its place. */
  readonly without?: Statistic;
  /** The variance of what it adds by that of what its shortcut passes on. */
  readonly ratio?: { readonly untrained: number; readonly trained: number };
  readonly layers: readonly LayerView[];
}

/** A net whose runs were tested without its parts. */
export interface NetView {
  readonly label: string;
  readonly residual: boolean;
  /** The test error of the whole net on the same images. */
  readonly whole: Statistic;
  readonly blocks: readonly BlockView[];
}

/** Undefined where no run has finished the analysis `lesion`. */
export function netView(row: SummaryRow): NetView | undefined {
  const lesions = row.runs.map((run) => rowsOfAnalysis(run, "lesion"));
  const errorsOf = (unit: string, change: string) =>
    statistic(
      lesions.flatMap((rows) =>
        rows.flatMap((found) =>
          found.change === change && found.unit === unit && numberIn(found, "count") < 2
            ? numberIn(found, "error")
            : [],
        ),
      ),
    );
  const whole = errorsOf("", "none");
  if (!whole) return undefined;
  const ratios = ratiosOf(row);
  const responses = responsesOf(row);
  const blocks = new Map<string, LayerView[]>();
  for (const { name } of convolutions(row.model)) {
    const [block] = /^stage\d+\.block\d+/.exec(name) ?? [];
    if (block === undefined) continue;
    const without = errorsOf(name, "deleted");
    const layer = { name, ...(without && { without }), ...responses.get(name) };
    blocks.set(block, [...(blocks.get(block) ?? []), layer]);
  }
  return {
    label: row.label,
    residual: isResidual(row),
    whole,
    blocks: [...blocks].map(([name, own]) => {
      const without = errorsOf(name, "deleted");
      const ratio = ratios.get(name);
      return { name, stage: name.split(".")[0]!, ...(without && { without }), ...(ratio && { ratio }), layers: own };
    }),
  };
}

/** Responses and gradients of the layers at the last measurement. */
function responsesOf(row: SummaryRow): Map<string, Pick<LayerView, "response" | "gradient">> {
  const measured = row.runs.flatMap(({ metrics }) => metrics.findLast(({ layers }) => layers)?.layers ?? []);
  return new Map(
    responseLayers(row.model).map((name, index) => {
      const response = statistic(measured.flatMap(({ responseStd }) => responseStd[index] ?? []))?.mean;
      const gradient = statistic(measured.flatMap(({ gradientNorm }) => gradientNorm[index] ?? []))?.mean;
      return [name, { ...(response !== undefined && { response }), ...(gradient !== undefined && { gradient }) }];
    }),
  );
}

/** The layers whose responses a run measures: all convolutions larger than 1×1. */
function responseLayers(model: ModelConfig): string[] {
  return convolutions(model).flatMap(({ name, kernel = 1 }) => (kernel > 1 ? name : []));
}

/** Without those of shortcuts. Their names do not depend on the size of images. */
function convolutions(model: ModelConfig) {
  const { layers } = describeModel(model, { height: 64, width: 64, channels: 3, classes: 10 });
  return layers.filter(({ kind }) => kind === "conv");
}

function ratiosOf({ runs }: SummaryRow): Map<string, NonNullable<BlockView["ratio"]>> {
  const rows = runs.flatMap((run) => rowsOfAnalysis(run, "signal"));
  const mean = (block: string, state: string) =>
    statistic(rows.flatMap((row) => (row.block === block && row.state === state ? numberIn(row, "ratio") : [])))!.mean;
  const blocks = new Set(rows.flatMap(({ block }) => (typeof block === "string" ? block : [])));
  return new Map(
    [...blocks].map((block) => [block, { untrained: mean(block, "untrained"), trained: mean(block, "trained") }]),
  );
}
