// Where a run does otherwise than the paper, from its resolved spec alone: what a reader has to know before comparing
// two numbers. What the paper leaves open (ε of batch normalisation, decay on γ and β) is no deviation.
import { implied } from "../../config/implied.ts";
import { type PaperRecipe, recipes } from "../../paper/recipes.ts";
import { engineChanges } from "../../records/provenance.ts";
import type { RunFile } from "../../records/run-files.ts";
import { type Grade, worstGrade } from "./grade.ts";

/** One deviation and the best grade that a run with it can have. */
export interface Deviation {
  /** A phrase such as "600 iterations, not 64000". */
  readonly text: string;
  readonly grade: Grade;
}

/** Below this share of the paper's training, or of its training images, a run is a toy. */
const toyShare = 0.1;

/** The deviations from the recipe of the net's family, images first; the engine always is one. */
export function deviations(run: RunFile): Deviation[] {
  const recipe = recipes[run.spec.sections.model.family];
  return [...imageDeviations(run, recipe), ...netDeviations(run, recipe), ...trainingDeviations(run, recipe)];
}

/** The grade that some deviations leave a run. */
export function gradeOf(found: readonly Deviation[]): Grade {
  return worstGrade(found.map(({ grade }) => grade));
}

function imageDeviations(run: RunFile, recipe: PaperRecipe): Deviation[] {
  const { dataset, training, evaluation } = run.spec.sections;
  const found: Deviation[] = [];
  if (run.datasetTitle !== recipe.dataset) {
    // No other data set here comes near ImageNet in the size or number of its images.
    const other = recipe.dataset === "ImageNet" && !isOf("ImageNet", run.datasetTitle);
    const toy = dataset.name === "synthetic" || other;
    found.push({ text: `images ${run.datasetTitle}, not ${recipe.dataset}`, grade: toy ? "toy" : "data-scaled" });
  }
  if (dataset.trainImages !== undefined) {
    const toy = dataset.trainImages < toyShare * recipe.trainImages;
    const text = `the first ${dataset.trainImages} training images, not all`;
    found.push({ text, grade: toy ? "toy" : "data-scaled" });
  }
  if (dataset.validationImages > 0) {
    const paperSplit = dataset.validationImages === recipe.heldOut;
    found.push({
      text: `${dataset.validationImages} training images held out${paperSplit ? ", as where the paper chose its schedule" : ""}`,
      grade: paperSplit ? "paper-exact" : "data-scaled",
    });
  }
  const views = [
    ["crops of", dataset.cropSize, implied.cropSize] as const,
    ["a least short side of", training.scale?.from, implied.scale.from] as const,
    ["a greatest short side of", training.scale?.to, implied.scale.to] as const,
    ["a short side in tests of", evaluation.shortSide, implied.shortSide] as const,
  ];
  for (const [what, ours, paper] of views) {
    if (ours === undefined || ours === paper) continue;
    found.push({ text: `${what} ${ours}, not ${paper}`, grade: ours < paper / 2 ? "toy" : "data-scaled" });
  }
  if (dataset.testImages !== undefined) {
    found.push({ text: `the first ${dataset.testImages} test images, not all`, grade: "data-scaled" });
  }
  return found;
}

function netDeviations(run: RunFile, recipe: PaperRecipe): Deviation[] {
  const { model } = run.spec.sections;
  const found: Deviation[] = [];
  if (model.width !== recipe.width) {
    const text = `width ${model.width}, not ${recipe.width}`;
    found.push({ text, grade: model.width < recipe.width ? "toy" : "schedule-scaled" });
  }
  // Keys that records of older versions lack are as in the paper.
  if (model.block === "bottleneck" && model.strideIn === "3x3") {
    found.push({ text: "stride in the 3×3 convolution, not in the first 1×1", grade: "schedule-scaled" });
  }
  if (model.family === "imagenet" && model.stem === "3x3") {
    found.push({ text: "a 3×3 stem, not 7×7 with pooling", grade: "schedule-scaled" });
  }
  if (model.lastGamma !== undefined && model.lastGamma !== 1) {
    found.push({ text: `the last γ of a block starts at ${model.lastGamma}, not 1`, grade: "schedule-scaled" });
  }
  return found;
}

function trainingDeviations(run: RunFile, recipe: PaperRecipe): Deviation[] {
  const { model, training } = run.spec.sections;
  const rate = training.learningRate;
  const toy = training.iterations * training.batchSize < toyShare * recipe.iterations * recipe.batchSize;
  const found: Deviation[] = [];
  const compare = (
    ours: string | number,
    paper: string | number,
    phrase: (value: string) => string,
    grade: Grade = "schedule-scaled",
  ) => {
    if (ours !== paper) found.push({ text: `${phrase(String(ours))}, not ${paper}`, grade });
  };
  compare(training.batchSize, recipe.batchSize, (size) => `batches of ${size}`);
  compare(training.iterations, recipe.iterations, (count) => `${count} iterations`, toy ? "toy" : "schedule-scaled");
  // Records from before there was a choice have none.
  const schedule = rate.schedule ?? "step";
  compare(schedule, "step", (name) => `a ${name} schedule of the learning rate`);
  compare(rate.initial, recipe.learningRate, (value) => `learning rate ${value}`);
  if (schedule === "step") {
    compare(dropList(rate.dropAt), dropList(recipe.dropAt), (drops) => `learning rate drops at ${drops}`);
  }
  compare(rate.factor, recipe.factor, (factor) => `drops by the factor ${factor}`);
  compare(training.momentum, recipe.momentum, (momentum) => `momentum ${momentum}`);
  compare(training.weightDecay, recipe.weightDecay, (decay) => `weight decay ${decay}`);
  compare(training.augmentation, recipe.augmentation, (name) => `augmentation ${name}`);
  const warmUp = model.depth >= (recipe.warmUpFromDepth ?? Number.POSITIVE_INFINITY);
  const warmedUp = rate.warmUp !== undefined && model.depth >= (rate.warmUp.fromDepth ?? 1);
  if (warmedUp !== warmUp) found.push({ text: warmUp ? "no warm-up" : "a warm-up", grade: "schedule-scaled" });
  found.push({
    text: `engine ${enginesOf(run)} on one device, not ${recipe.gpus} GPUs with a part of the batch each`,
    grade: "paper-exact",
  });
  return found;
}

function dropList(iterations: readonly number[]): string {
  return iterations.length ? iterations.join(" and ") : "no iteration";
}

/** Whether images are all of the paper's; "ImageNet, mean of each channel" is ImageNet prepared in another way. */
export function isOf(paper: PaperRecipe["dataset"], ours: string): boolean {
  return ours === paper || (paper === "ImageNet" && ours.startsWith("ImageNet, "));
}

/** "native", or "native (tensorflow from iteration 300)" where the run went on with other code. */
function enginesOf({ provenance }: RunFile): string {
  const later = engineChanges(provenance).map(({ engine, iteration }) => `${engine.name} from iteration ${iteration}`);
  const { name } = provenance.engine;
  return later.length === 0 ? name : `${name} (${later.join(", ")})`;
}
