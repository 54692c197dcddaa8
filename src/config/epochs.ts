// Training counted in epochs: `training.epochs` and `learningRate.dropAtEpochs` become iterations, so that the run is the
// same run as one that is written in iterations. An epoch has the full batches that the training images give, as in training.
import { type Located, valueAt, withValue } from "./located.ts";
import type { datasetNames } from "./names.ts";
import type { ProblemList } from "./problem.ts";
import type { AxisValue, RunSections } from "./schema.ts";

/** Pairs of paths of which a run has one: in iterations, and the same in epochs. */
export const countedTwice = [
  ["training.iterations", "training.epochs"],
  ["training.learningRate.dropAt", "training.learningRate.dropAtEpochs"],
] as const;

/** How many training images a data set has, where that is known before its files are read. */
export const publishedTrainImages: Readonly<Record<(typeof datasetNames)[number], number | undefined>> = {
  synthetic: 10_000,
  cifar10: 50_000,
  cifar100: 50_000,
  "fashion-mnist": 60_000,
  imagenet: 1_281_167,
  folder: undefined,
};

/**
 * The section `training` as its schema expects it, which always has iterations: where it has epochs instead, one iteration
 * stands in until the number of training images is known. Reports a value that is given in both.
 */
export function withIterations(training: Located | undefined, problems: ProblemList): Located | undefined {
  const given = ([, epochs]: (typeof countedTwice)[number]) => valueAt(training, below(epochs));
  for (const pair of countedTwice) {
    const inEpochs = given(pair);
    if (!inEpochs || !valueAt(training, below(pair[0]))) continue;
    const message = `Expected ${pair[0]} or ${pair[1]}, got both.`;
    problems.add({ place: inEpochs.place, message, hints: ["Leave one of them out."] });
  }
  const epochs = given(countedTwice[0]);
  if (!epochs || valueAt(training, ["iterations"])) return training;
  return withValue(training, ["iterations"], { kind: "scalar", value: 1, place: epochs.place });
}

function below(path: string): string[] {
  return path.split(".").slice(1);
}

/** The sections with iterations in place of epochs, or what is wrong with them. */
export type InIterations =
  | { readonly sections: RunSections }
  | { readonly path: readonly string[]; readonly message: string; readonly hints: readonly string[] };

/** The sections of a cell, counted in iterations. Sections that have no epochs are returned as they are. */
export function inIterations(sections: RunSections): InIterations {
  const { epochs, ...training } = sections.training;
  const { dropAtEpochs, ...learningRate } = training.learningRate;
  if (epochs === undefined && dropAtEpochs === undefined) return { sections };
  const key = epochs === undefined ? "learningRate.dropAtEpochs" : "epochs";
  const path = ["training", ...key.split(".")];
  const images = trainImagesOf(sections.dataset);
  if (images === undefined) {
    return {
      path,
      message: `Expected training.${key} with a data set whose number of training images is known, got ${sections.dataset.name}.`,
      hints: [
        "Set dataset.trainImages to the number of images to train on.",
        "Or give iterations: one epoch has as many as the training images have full batches.",
      ],
    };
  }
  const perEpoch = Math.floor(images / training.batchSize);
  if (perEpoch < 1) {
    return {
      path: ["training", "batchSize"],
      message: `Expected training.batchSize to be at most the number of training images, ${images}, got ${training.batchSize}.`,
      hints: [`Set training.batchSize to ${images} or less.`],
    };
  }
  const count = (given: number) => Math.max(1, Math.round(given * perEpoch));
  return {
    sections: {
      ...sections,
      training: {
        ...training,
        iterations: epochs === undefined ? training.iterations : count(epochs),
        learningRate: { ...learningRate, dropAt: dropAtEpochs?.map(count) ?? learningRate.dropAt },
      },
    },
  };
}

/** How many images a run trains on; undefined where only the folder tells. */
function trainImagesOf({ name, trainImages, validationImages }: RunSections["dataset"]): number | undefined {
  const all = trainImages ?? publishedTrainImages[name];
  return all === undefined ? undefined : all - validationImages;
}

/** A cell of the matrix: what its axes give to each path, and its sections. */
interface CountedCell {
  readonly axes: Readonly<Record<string, AxisValue>>;
  /** In iterations. */
  readonly sections: RunSections;
  /** Whether the cell was written in epochs. */
  readonly inEpochs: boolean;
}

/**
 * The cells with axes in iterations. Where an axis, such as the batch size, changes how many iterations an epoch has, the
 * iterations are on that axis too: they vary together.
 */
export function axesInIterations<Cell extends CountedCell>(cells: readonly Cell[]): readonly Cell[] {
  if (!cells.some(({ inEpochs }) => inEpochs)) return cells;
  const values = (path: string) => cells.map(({ sections }) => countedValue(sections, path));
  const added = countedTwice.flatMap(([path, inEpochs]) => {
    const isAxis = cells.some(({ axes }) => inEpochs in axes);
    return isAxis || new Set(values(path).map(String)).size > 1 ? [path] : [];
  });
  return cells.map((cell) => {
    const kept = Object.entries(cell.axes).filter(([path]) => !countedTwice.some(([, inEpochs]) => path === inEpochs));
    const counted = added.map((path) => [path, countedValue(cell.sections, path)]);
    return { ...cell, axes: { ...Object.fromEntries(kept), ...Object.fromEntries(counted) } };
  });
}

function countedValue({ training }: RunSections, path: string): AxisValue {
  return path === "training.iterations" ? training.iterations : training.learningRate.dropAt;
}

/** Which of the two paths of a pair a layer on top gives, so that the other one of the layers below is dropped. */
export function replacedPaths(isGiven: (path: string) => boolean): string[] {
  return countedTwice.flatMap(([iterations, epochs]) => [
    ...(isGiven(iterations) ? [epochs] : []),
    ...(isGiven(epochs) ? [iterations] : []),
  ]);
}
