// What the claims measure: the value of a run, or the cost of a net. Ratios are compared by their logarithms, so that their
// differences are ratios.
import { modelSchema } from "../../config/schema.ts";
import { describeModel, type LayerDescription } from "../../models/describe.ts";
import type { ClaimMetric } from "../../paper/claims/claim.ts";
import { asWritten } from "../../paper/recipes.ts";
import type { PaperModel } from "../../paper/tables.ts";
import type { RunRecord } from "../../records/record.ts";

/** "fraction": an error; "deviation": a standard deviation; "ratio": compared by its logarithm. */
export type Unit = "fraction" | "deviation" | "ratio";

interface RunMetric {
  readonly unit: Unit;
  /** Of a finished run; undefined where it was not measured. Of a ratio, the logarithm. */
  readonly ofRun: (record: RunRecord) => number | undefined;
}

interface NetMetric {
  readonly unit: "ratio";
  /** Of one of the paper's nets, on the paper's images; not a logarithm. */
  readonly ofNet: (net: PaperModel) => number;
}

export const metrics = {
  "training error": { unit: "fraction", ofRun: ({ done }) => done?.finalMetric.trainError },
  "test error": { unit: "fraction", ofRun: ({ done }) => done?.finalMetric.testError },
  "early training error": { unit: "fraction", ofRun: earlyError },
  responses: { unit: "deviation", ofRun: (record) => meanOf(lastLayers(record)?.responseStd ?? []) },
  "weakest gradient": { unit: "ratio", ofRun: weakestGradient },
  parameters: { unit: "ratio", ofNet: (net) => costOf(net).parameters },
  "multiply-adds": { unit: "ratio", ofNet: (net) => costOf(net).multiplyAdds },
  "unit parameters": { unit: "ratio", ofNet: (net) => sum(unitOf(net), "parameters") },
  "unit multiply-adds": { unit: "ratio", ofNet: (net) => sum(unitOf(net), "multiplyAdds") },
} satisfies Record<ClaimMetric, RunMetric | NetMetric>;

/** The metric of a claim, by its name. */
export function metricOf(name: ClaimMetric): RunMetric | NetMetric {
  return metrics[name];
}

/** The mean training error over the first quarter of the iterations: each line has the mean since the line before. */
function earlyError({ run, done, metrics: lines }: RunRecord): number | undefined {
  if (!done) return undefined;
  const end = run.spec.sections.training.iterations / 4;
  const early = lines.filter(({ iteration }) => iteration <= end);
  const last = early.at(-1)?.iteration;
  if (last === undefined) return undefined;
  return early.reduce(
    (sum, { iteration, trainError }, i) => sum + ((iteration - (early[i - 1]?.iteration ?? 0)) / last) * trainError,
    0,
  );
}

function weakestGradient(record: RunRecord): number | undefined {
  const norms = lastLayers(record)?.gradientNorm;
  return norms && norms.length > 0 ? Math.log(Math.min(...norms)) : undefined;
}

function lastLayers({ done, metrics: lines }: RunRecord) {
  return done && lines.findLast(({ layers }) => layers)?.layers;
}

function meanOf(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The layers of the second unit of the first stage, with its shortcut. */
function unitOf(net: PaperModel): readonly LayerDescription[] {
  return costOf(net).layers.filter(({ name }) => name.startsWith("stage1.block2."));
}

function sum(layers: readonly LayerDescription[], cost: "parameters" | "multiplyAdds"): number {
  return layers.reduce((total, layer) => total + layer[cost], 0);
}

function costOf(net: PaperModel) {
  const [size, classes] = net.family === "imagenet" ? [224, 1000] : [32, 10];
  return describeModel(modelSchema.parse(asWritten(net)), { height: size, width: size, channels: 3, classes });
}
