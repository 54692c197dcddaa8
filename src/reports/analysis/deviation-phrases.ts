// The phrases for values that are not the paper's, each with the best grade that a run with the value can have. A key has
// its own phrase, or the general one at the end. A key is no deviation where the paper leaves it open or it changes no result.
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

/** A value of a run that is not the paper's. It is undefined where the run or the paper does not have the key. */
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

/** A size of images in files. Experiment files need not give it: then it is the usual one. */
const sized =
  (words: string, usual: number): Phrase =>
  ({ ours, facts }) => {
    const size = Number(ours ?? usual);
    if (size === usual || facts.dataset !== "ImageNet") return undefined;
    return { text: `${words} ${size}, not ${usual}`, grade: size < usual / 2 ? "toy" : "data-scaled" };
  };

/** A weight of the kinds of shortcut that match `shortcuts`. With any other shortcut the weight is not used. */
const weighing =
  (words: string, shortcuts: RegExp): Phrase =>
  (differing) => {
    const { run, recipe } = differing;
    if (!shortcuts.test(run.model.shortcut) || run.model.shortcut !== recipe.model.shortcut) return undefined;
    return named(words, "other-net")(differing);
  };

/** A key that only the step schedule uses. */
const stepped =
  (phrase: Phrase): Phrase =>
  (differing) =>
    differing.run.training.learningRate.schedule === "step" ? phrase(differing) : undefined;

/** A value of a warm-up. Where only the run or only the paper has a warm-up, the phrase of `fromDepth` says so. */
const warmUp =
  (words: string): Phrase =>
  (differing) =>
    differing.ours === undefined || differing.paper === undefined ? undefined : named(words)(differing);

/** By dotted path, in the order of the deviations in a report. */
export const phrases: Readonly<Record<string, Phrase>> = {
  // The deviation of the images is told by the data set's title, which says more than its name.
  "dataset.name": open,
  "dataset.trainImages": ({ ours, facts }) => ({
    text: `the first ${ours} training images, not all`,
    grade: Number(ours) < toyShare * facts.trainImages ? "toy" : "data-scaled",
  }),
  "dataset.validationImages": ({ ours, facts }) =>
    ours === facts.heldOut
      ? { text: `${ours} training images held out, as the paper did to choose its schedule`, grade: "paper-exact" }
      : { text: `${ours} training images held out`, grade: "data-scaled" },
  "dataset.emptyClasses": () => ({ text: "classes without images are kept", grade: "data-scaled" }),
  "dataset.cropSize": sized("crops of", implied.cropSize),
  "training.scale.from": sized("short sides from", implied.scale.from),
  "training.scale.to": sized("short sides up to", implied.scale.to),
  "evaluation.shortSide": sized("test images with a short side of", implied.shortSide),
  "dataset.testImages": ({ ours }) => ({ text: `the first ${ours} test images, not all`, grade: "data-scaled" }),

  "model.depth": ({ ours }) => ({
    text: `${ours} layers, a depth that no such net in the paper has`,
    grade: "other-net",
  }),
  "model.block": named("block", "other-net"),
  "model.shortcut": (differing) => {
    // The phrase of the block says that a net is plain.
    const { ours, paper } = differing;
    return ours === "none" || paper === "none" ? undefined : named("shortcut", "other-net")(differing);
  },
  "model.activation": ({ ours, paper }) => ({ text: `${ours} units, not ${paper}`, grade: "other-net" }),
  "model.span": ({ ours, paper }) => ({ text: `${ours} convolutions in a block, not ${paper}`, grade: "other-net" }),
  "model.weighing.shortcutScale": weighing("shortcuts multiplied by", /^scaling$/),
  "model.weighing.residualScale": weighing("blocks multiplied by", /^scaling$/),
  "model.weighing.gateBias": weighing("a gate's bias starts at", /gating$/),
  "model.weighing.dropoutRate": weighing("dropout on shortcuts at a rate of", /^dropout$/),
  // Settings of blocks that no table of the papers has. The phrase of the block says that the net has another one.
  "model.inside.dropoutRate": open,
  "model.inside.reduction": open,
  "model.inside.groups": open,
  "model.inside.groupWidth": open,
  "model.inside.multiplier": open,
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
  "model.head": open,
  "model.batchNorm.epsilon": open,
  "model.batchNorm.momentum": open,

  "training.batchSize": named("batches of"),
  "training.iterations": ({ ours, paper, run, recipe }) => {
    const share = (Number(ours) * run.training.batchSize) / (Number(paper) * recipe.training.batchSize);
    return { text: `${ours} iterations, not ${paper}`, grade: share < toyShare ? "toy" : "schedule-scaled" };
  },
  "training.learningRate.initial": named("learning rate"),
  "training.learningRate.schedule": ({ ours, paper }) => ({
    text: `a ${ours} schedule for the learning rate, not a ${paper} schedule`,
    grade: "schedule-scaled",
  }),
  "training.learningRate.dropAt": stepped(({ ours, paper }) => ({
    text: `learning rate drops at ${dropList(ours)}, not ${dropList(paper)}`,
    grade: "schedule-scaled",
  })),
  "training.learningRate.factor": stepped(named("learning rate drops by a factor of")),
  "training.momentum": named("momentum"),
  "training.weightDecay": named("weight decay"),
  "training.weightDecayOn": open,
  "training.nesterov": () => ({ text: "Nesterov's momentum", grade: "schedule-scaled" }),
  "training.trainable": () => ({ text: "only batch normalisation trained", grade: "schedule-scaled" }),
  "training.labelSmoothing": ({ ours }) => ({ text: `labels smoothed by ${ours}`, grade: "schedule-scaled" }),
  "training.mixup": ({ ours }) => ({ text: `images mixed in pairs (mixup, α ${ours})`, grade: "schedule-scaled" }),
  "training.cutmix": ({ ours }) => ({
    text: `images with rectangles of others (CutMix, α ${ours})`,
    grade: "schedule-scaled",
  }),
  "training.gradientClipping": ({ ours }) => ({
    text: `gradients clipped to a norm of ${ours}`,
    grade: "schedule-scaled",
  }),
  "training.averageDecay": ({ ours }) => ({
    text: `tested with averaged weights (decay ${ours})`,
    grade: "schedule-scaled",
  }),
  "training.precision": named("precision"),
  "training.augmentation": named("augmentation"),
  "training.learningRate.warmUp.fromDepth": ({ ours, paper }) =>
    ours !== undefined && paper !== undefined
      ? undefined
      : { text: paper === undefined ? "a warm-up" : "no warm-up", grade: "schedule-scaled" },
  "training.learningRate.linearWarmUp": ({ ours }) => ({
    text: `a learning rate that rises over ${ours} iterations`,
    grade: "schedule-scaled",
  }),
  "training.learningRate.warmUp.learningRate": warmUp("a warm-up at a rate of"),
  "training.learningRate.warmUp.untilTrainError": warmUp("a warm-up until a training error of"),

  "evaluation.every": open,
  "evaluation.batchSize": open,
  "evaluation.layers.at": open,
  "evaluation.layers.images": open,
  "record.trainEvery": open,
};

/** By section: the grade for a key that has no phrase of its own. */
const grades: Readonly<Record<string, Grade>> = {
  dataset: "data-scaled",
  training: "schedule-scaled",
  evaluation: "data-scaled",
};

/** The deviation that a value makes, if any. */
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
