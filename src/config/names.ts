// The names that an experiment file may choose from and that commands use too. Does not import zod, so that help texts
// print without delay.

/** Blocks and how many weighted layers each has; "span" means that the experiment file says how many. */
export const blockLayers = {
  plain: "span",
  basic: "span",
  bottleneck: 3,
  "plain-bottleneck": 3,
  "wide-dropout": "span",
  "se-basic": "span",
  "se-bottleneck": 3,
  resnext: 3,
  "skip-init": "span",
  repvgg: 1,
  "repvgg-folded": 1,
} as const;
export const blockNames = Object.keys(blockLayers) as (keyof typeof blockLayers)[];
/** The paths around the blocks that leave no choice of a shortcut. */
const ownShortcuts: Readonly<Partial<Record<string, "none" | "branches">>> = {
  plain: "none",
  "plain-bottleneck": "none",
  repvgg: "branches",
  "repvgg-folded": "none",
} satisfies Partial<Record<(typeof blockNames)[number], "none" | "branches">>;
/** Shortcuts: the options of section 3.3, then the variants of Identity Mappings. */
export const shortcutNames = ["A", "B", "C", "scaling", "exclusive-gating", "shortcut-only-gating", "dropout"] as const;
/** Orders of batch normalisation, ReLU and addition in a block (Identity Mappings, Table 2), and one without the last ReLU. */
export const activationNames = [
  "original",
  "bn-after-addition",
  "relu-before-addition",
  "relu-only-pre-activation",
  "full-pre-activation",
  "no-last-relu",
] as const;
/** Schedules of the learning rate. The paper uses step. */
// biome-ignore format: one a line
export const scheduleNames = [
  "step",
  "cosine",
] as const;
/** Data sets. */
// biome-ignore format: one a line
export const datasetNames = [
  "synthetic",
  "cifar10",
  "cifar100",
  "fashion-mnist",
  "imagenet",
  "folder",
] as const;
/** Analyses of trained nets. */
// biome-ignore format: one a line
export const analysisNames = [
  "lesion",
  "construction",
  "signal",
  "gradient-correlation",
  "paths",
  "landscape",
] as const;
export type AnalysisName = (typeof analysisNames)[number];
/** The data sets whose images are files of any size: a net sees a crop of each. */
const inFiles: readonly string[] = ["imagenet", "folder"] satisfies (typeof datasetNames)[number][];

/** Whether the images of a data set are files of any size. */
export function isInFiles(dataset: string): boolean {
  return inFiles.includes(dataset);
}

/** The shortcut of a block that leaves no choice of it; undefined for the other blocks. */
export function ownShortcut(block: string | undefined): "none" | "branches" | undefined {
  return block === undefined ? undefined : ownShortcuts[block];
}

/** Whether a block has no shortcut. */
export function isPlain(block: string | undefined): boolean {
  return ownShortcut(block) === "none";
}
