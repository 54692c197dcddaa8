// A warning about drops of the learning rate that never come, as training ends before them: after --set training.iterations,
// for example. Where a profile says how long to train, its author has cut training short on purpose.
import type { Experiment } from "../../config/load.ts";
import type { Io } from "../terminal/io.ts";

/** Warns on standard error, once for each experiment and list of drops. */
export function warnOfLateDrops(experiments: readonly Experiment[], io: Pick<Io, "err">): void {
  for (const experiment of experiments) for (const line of lateDrops(experiment)) io.err(line);
}

function lateDrops({ cells, file, origins }: Experiment): Set<string> {
  const lines = new Set<string>();
  if (origins.get("training.iterations")?.startsWith("profile ")) return lines;
  for (const { sections } of cells) {
    const { iterations, learningRate } = sections.training;
    if (learningRate.schedule !== "step") continue;
    const late = learningRate.dropAt.filter((iteration) => iteration >= iterations);
    if (late.length === 0) continue;
    lines.add(
      `${file}: training.learningRate.dropAt has ${late.join(" and ")}, but training ends after ${iterations} iterations: the rate does not drop there.\n`,
    );
  }
  return lines;
}
