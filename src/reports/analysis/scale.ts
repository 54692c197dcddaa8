// The scale of a run: its images, and how long it trained beside the paper. The page over all studies compares scales.
import { recipes } from "../../paper/recipes.ts";
import type { RunFile } from "../../records/run-files.ts";

export interface Scale {
  /** "embedded images", "CIFAR-10, short", "CIFAR-10, a tenth of the schedule", "ImageNet, the paper's schedule". */
  readonly name: string;
  /** Higher where a run is nearer to the paper's. */
  readonly rank: number;
}

/** Scales that the experiments which come with the program can reach, nearest to the paper's last. */
export const usualScales: readonly string[] = [
  "embedded images",
  "CIFAR-10, short",
  "CIFAR-10, a tenth of the schedule",
  "CIFAR-10, the paper's schedule",
  "ImageNet, the paper's schedule",
];

/** From this share of the paper's iterations on, training is not short: the same share that makes a toy. */
const shortBelow = 0.1;

/** The scale of a run, done or not. */
export function scaleOf({ datasetTitle, spec }: Pick<RunFile, "datasetTitle" | "spec">): Scale {
  const { dataset, model, training } = spec.sections;
  // The embedded images are a scale of their own: no length of training makes them the paper's.
  if (dataset.name === "synthetic") return { name: "embedded images", rank: 0 };
  const share = training.iterations / (recipes[model.family].document.training?.iterations ?? Number.NaN);
  return { name: `${datasetTitle}, ${lengthWords(share)}`, rank: imagesRank(datasetTitle) + Math.min(1, share) / 2 };
}

function imagesRank(title: string): number {
  const paper = ["CIFAR-10, JPEG copy", "CIFAR-10", "ImageNet"].indexOf(title);
  return 2 + paper;
}

function lengthWords(share: number): string {
  if (share >= 1) return "the paper's schedule";
  if (share < shortBelow) return "short";
  return share === shortBelow ? "a tenth of the schedule" : `${Math.round(100 * share)} % of the schedule`;
}
