// What a value that is not the paper's is called, and the best grade that a run with it can have: one phrase a key, and one
// for all keys that have none here. What the paper leaves open, and what moves no final number, is no deviation.
import { implied } from "../../config/implied.ts";
import { blockLayers } from "../../config/names.ts";
import type { RunSections } from "../../config/schema.ts";
import type { PaperRecipe } from "../../paper/recipes.ts";
import type { Grade } from "./grade.ts";

/** One deviation and the best grade that a run with it can have. */
export interface Deviation {
  /** A phrase such as "600 iterations, not 64000". */
  readonly text: string;
  readonly grade: Grade;
}

/** A value of a run that is not the paper's. Undefined stands for a key that one of the two does not have. */
export interface Differing {
  readonly path: string;
  readonly ours: unknown;
  readonly paper: unknown;
  readonly run: RunSections;
  readonly recipe: RunSections;
  readonly facts: PaperRecipe;
}

type Phrase = (differing: Differing) => Deviation | undefined;

/** Below this share of the paper's training, or of its training images, a run is a toy. */
const toyShare = 0.1;

const open: Phrase = () => undefined;

/** "momentum 0.8, not 0.9". */
const named =
  (words: string, grade: Grade = "schedule-scaled"): Phrase =>
  ({ ours, paper }) => ({ text: `${words} ${ours}, not ${paper}`, grade });

/** A size of images in files, whose default the vocabulary only implies. */
const sized =
  (words: string, usual: number): Phrase =>
  ({ ours, facts }) => {
    const size = Number(ours ?? usual);
    if (size === usual || facts.dataset !== "ImageNet") return undefined;
    return { text: `${words} ${size}, not ${usual}`, grade: size < usual / 2 ? "toy" : "data-scaled" };
  };

/** What weighs a shortcut of the kinds that `shortcuts` names; of no account beside another kind of shortcut. */
const weighing =
  (words: string, shortcuts: RegExp): Phrase =>
  (differing) => {
    const { run, recipe } = differing;
    if (!shortcuts.test(run.model.shortcut) || run.model.shortcut !== recipe.model.shortcut) return undefined;
    return named(words, "other-net")(differing);
  };

/** What only the paper's own schedule has. */
const stepped =
  (phrase: Phrase): Phrase =>
  (differing) =>
    differing.run.training.learningRate.schedule === "step" ? phrase(differing) : undefined;

/** The warm-up is told by its presence, then by its values. */
const warmUp =
  (words: string): Phrase =>
  (differing) =>
    differing.ours === undefined || differing.paper === undefined ? undefined : named(words)(differing);

/** By dotted path, in the order in which deviations are told. */
export const phrases: Readonly<Record<string, Phrase>> = {
  // The title of the images tells more than their name.
  "dataset.name": open,
  "dataset.trainImages": ({ ours, facts }) => ({
    text: `the first ${ours} training images, not all`,
    grade: Number(ours) < toyShare * facts.trainImages ? "toy" : "data-scaled",
  }),
  "dataset.validationImages": ({ ours, facts }) =>
    ours === facts.heldOut
      ? { text: `${ours} training images held out, as where the paper chose its schedule`, grade: "paper-exact" }
      : { text: `${ours} training images held out`, grade: "data-scaled" },
  "dataset.emptyClasses": () => ({ text: "classes without images kept", grade: "data-scaled" }),
  "dataset.cropSize": sized("crops of", implied.cropSize),
  "training.scale.from": sized("a least short side of", implied.scale.from),
  "training.scale.to": sized("a greatest short side of", implied.scale.to),
  "evaluation.shortSide": sized("a short side in tests of", implied.shortSide),
  "dataset.testImages": ({ ours }) => ({ text: `the first ${ours} test images, not all`, grade: "data-scaled" }),

  "model.depth": ({ ours }) => ({ text: `${ours} layers, which no such net of the paper has`, grade: "other-net" }),
  "model.block": named("block", "other-net"),
  "model.shortcut": (differing) => {
    // A plain net is told by its block.
    const { ours, paper } = differing;
    return ours === "none" || paper === "none" ? undefined : named("shortcut", "other-net")(differing);
  },
  "model.activation": ({ ours, paper }) => ({ text: `${ours} units, not ${paper}`, grade: "other-net" }),
  "model.span": ({ ours, paper }) => ({ text: `${ours} convolutions in a block, not ${paper}`, grade: "other-net" }),
  "model.weighing.shortcutScale": weighing("shortcuts times", /^scaling$/),
  "model.weighing.residualScale": weighing("blocks times", /^scaling$/),
  "model.weighing.gateBias": weighing("a gate's bias starts at", /gating$/),
  "model.weighing.dropoutRate": weighing("dropout on shortcuts of", /^dropout$/),
  "model.stochasticDepth.lastSurvival": ({ ours }) =>
    (ours ?? implied.lastSurvival) === implied.lastSurvival
      ? undefined
      : { text: `blocks dropped at random, the last kept with probability ${ours}`, grade: "other-net" },
  "model.width": ({ ours, paper }) => ({
    text: `width ${ours}, not ${paper}`,
    grade: Number(ours) < Number(paper) ? "toy" : "other-net",
  }),
  "model.strideIn": ({ run }) =>
    blockLayers[run.model.block] === "span"
      ? undefined
      : { text: "stride in the 3×3 convolution, not in the first 1×1", grade: "schedule-scaled" },
  "model.stem": ({ ours, run }) =>
    run.model.family === "imagenet" && ours === "3x3"
      ? { text: "a 3×3 stem, not 7×7 with pooling", grade: "schedule-scaled" }
      : undefined,
  "model.lastGamma": ({ ours, paper }) => ({
    text: `the last γ of a block starts at ${ours}, not ${paper}`,
    grade: "schedule-scaled",
  }),
  "model.batchNorm.epsilon": open,
  "model.batchNorm.momentum": open,

  "training.batchSize": named("batches of"),
  "training.iterations": ({ ours, paper, run, recipe }) => {
    const share = (Number(ours) * run.training.batchSize) / (Number(paper) * recipe.training.batchSize);
    return { text: `${ours} iterations, not ${paper}`, grade: share < toyShare ? "toy" : "schedule-scaled" };
  },
  "training.learningRate.initial": named("learning rate"),
  "training.learningRate.schedule": ({ ours, paper }) => ({
    text: `a ${ours} schedule of the learning rate, not ${paper}`,
    grade: "schedule-scaled",
  }),
  "training.learningRate.dropAt": stepped(({ ours, paper }) => ({
    text: `learning rate drops at ${dropList(ours)}, not ${dropList(paper)}`,
    grade: "schedule-scaled",
  })),
  "training.learningRate.factor": stepped(named("drops by the factor")),
  "training.momentum": named("momentum"),
  "training.weightDecay": named("weight decay"),
  "training.weightDecayOn": open,
  "training.precision": named("precision"),
  "training.augmentation": named("augmentation"),
  "training.learningRate.warmUp.fromDepth": ({ ours, paper }) =>
    ours !== undefined && paper !== undefined
      ? undefined
      : { text: paper === undefined ? "a warm-up" : "no warm-up", grade: "schedule-scaled" },
  "training.learningRate.warmUp.learningRate": warmUp("a warm-up at the rate"),
  "training.learningRate.warmUp.untilTrainError": warmUp("a warm-up until a training error of"),

  "evaluation.every": open,
  "evaluation.batchSize": open,
  "evaluation.layers.at": open,
  "evaluation.layers.images": open,
  "record.trainEvery": open,
};

/** By section: the grade of a key that has no phrase, where nobody has thought about what it changes. */
const grades: Readonly<Record<string, Grade>> = {
  dataset: "data-scaled",
  training: "schedule-scaled",
  evaluation: "data-scaled",
};

/** The deviation that a differing value is, if any. */
export function phrase(differing: Differing): Deviation | undefined {
  const { path, ours, paper } = differing;
  if (Object.hasOwn(phrases, path)) return phrases[path]!(differing);
  const text =
    ours === undefined
      ? `no ${path}, which is ${paper} in the paper's recipe`
      : `${path} ${ours}, ${paper === undefined ? "which the paper's recipe does not have" : `not ${paper}`}`;
  return { text, grade: grades[path.split(".")[0]!] ?? "other-net" };
}

function dropList(iterations: unknown): string {
  return Array.isArray(iterations) && iterations.length > 0 ? iterations.join(" and ") : "no iteration";
}
