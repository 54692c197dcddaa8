// The gradient that reaches the first block through single paths: Veit, Wilber and Belongie, "Residual Networks Behave Like
// Ensembles of Relatively Shallow Networks" (2016), section 4.3 and Fig. 6. The forward pass is that of the whole trained
// net on a training batch. The gradient then goes through the branch of some blocks only, and through the shortcut of the
// others only. All paths together give the whole gradient.
import type { Settings } from "../config/analysis-schemas.ts";
import { isPlain } from "../config/names.ts";
import { netBlocks } from "../models/net-blocks.ts";
import { permutation, randomStream } from "../random.ts";
import { pathGradientNorm } from "../training/path-gradient.ts";
import type { Analysis, Subject } from "./analysis.ts";
import { withNet } from "./changed-net.ts";

type PathSettings = Settings<"paths">;

/** Settings allow fewer samples than this. */
const samplesApart = 2 ** 16;

export const paths: Analysis<PathSettings> = {
  version: 1,

  unsuited({ model: { block } }) {
    return isPlain(block) ? "a plain net has only one path" : undefined;
  },

  parts(subject, settings) {
    const blocks = netBlocks(subject.sections.model, subject.input).map(({ name }) => name);
    return Array.from({ length: blocks.length + 1 }, (_, length) => ({
      name: `${length} blocks`,
      measure: () => measure(subject, settings, blocks, length),
    }));
  },
};

function measure(subject: Subject, { samples }: PathSettings, blocks: readonly string[], length: number) {
  const { sections, seed, weights, trainingBatch } = subject;
  const distinct = length === 0 || length === blocks.length ? 1 : samples;
  return withNet(subject, sections.model, weights, async (model) => {
    const batch = await trainingBatch(sections.training.iterations);
    const rows = [];
    for (let sample = 1; sample <= distinct; sample++) {
      const order = permutation(randomStream(seed, "path", length * samplesApart + sample), blocks.length);
      const through = new Set([...order.subarray(0, length)].map((index) => blocks[index]!));
      const gradientNorm = await pathGradientNorm(model, batch, (block) => (through.has(block) ? "branch" : "trunk"));
      rows.push({ length, sample, paths: binomial(blocks.length, length), gradientNorm });
    }
    return rows;
  });
}

/** The number of ways to choose k of n. */
export function binomial(n: number, k: number): number {
  let ways = 1;
  for (let i = 1; i <= k; i++) ways = (ways * (n - k + i)) / i;
  return Math.round(ways);
}
