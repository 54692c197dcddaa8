// How large what a block adds is beside what its shortcut passes on, in the untrained net and in the trained one: De and
// Smith, "Batch Normalization Biases Residual Blocks Towards the Identity Function in Deep Networks" (2020). A mean over
// batches of the variance of each channel over a batch's images and places, and over channels.
import type { Settings } from "../config/analysis-schemas.ts";
import { isPlain } from "../config/names.ts";
import type { Model } from "../models/model.ts";
import { type SumVariance, sumVariances } from "../training/layers.ts";
import type { Analysis, Row, Subject } from "./analysis.ts";
import { laterBatches, withNet, withUntrained } from "./changed-net.ts";

type SignalSettings = Settings<"signal">;

export const signal: Analysis<SignalSettings> = {
  version: 1,

  unsuited({ model: { block } }) {
    return isPlain(block) ? "a plain net has no shortcuts" : undefined;
  },

  parts(subject, settings) {
    const { model } = subject.sections;
    const measure = (state: string) => async (net: Model) => {
      return rowsOf(state, await variancesOf(net, subject, settings));
    };
    return [
      { name: "untrained", measure: () => withUntrained(subject, model, measure("untrained")) },
      { name: "trained", measure: () => withNet(subject, model, subject.weights, measure("trained")) },
    ];
  },
};

/** The variances of each batch. */
async function variancesOf(model: Model, subject: Subject, { batches }: SignalSettings): Promise<SumVariance[][]> {
  const all: SumVariance[][] = [];
  for await (const batch of laterBatches(subject, batches)) all.push(await sumVariances(model, batch));
  return all;
}

function rowsOf(state: string, batches: readonly (readonly SumVariance[])[]): Row[] {
  const [first = []] = batches;
  return first.map(({ block }, index) => {
    const mean = (of: "branch" | "trunk") =>
      batches.reduce((sum, batch) => sum + batch[index]![of], 0) / batches.length;
    const [branch, trunk] = [mean("branch"), mean("trunk")];
    return { state, block, number: index + 1, branch, trunk, ratio: branch / trunk };
  });
}
