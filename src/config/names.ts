// The words that an experiment file may choose between and that commands name too. No zod, so that a command's help does not
// wait for it.

/** Blocks with their weighted layers, "span" where the experiment says how many; plain ones have no shortcut. */
export const blockLayers = {
  plain: "span",
  basic: "span",
  bottleneck: 3,
  "plain-bottleneck": 3,
  "wide-dropout": "span",
  "se-basic": "span",
  "se-bottleneck": 3,
  resnext: 3,
} as const;
export const blockNames = Object.keys(blockLayers) as (keyof typeof blockLayers)[];
/** Blocks without a shortcut around them; every other block has one. */
const plainBlocks: readonly string[] = ["plain", "plain-bottleneck"] satisfies (typeof blockNames)[number][];
/** Shortcuts that an experiment file may ask for: options of section 3.3, then the variants of Identity Mappings. */
export const shortcutNames = ["A", "B", "C", "scaling", "exclusive-gating", "shortcut-only-gating", "dropout"] as const;
/** Orders of normalisation, ReLU and addition in a unit (Identity Mappings, Table 2). */
export const activationNames = [
  "original",
  "bn-after-addition",
  "relu-before-addition",
  "relu-only-pre-activation",
  "full-pre-activation",
] as const;
/** Schedules of the learning rate; step is the paper's. */
// biome-ignore format: one a line
export const scheduleNames = [
  "step",
  "cosine",
] as const;
/** Data sets by name. */
// biome-ignore format: one a line
export const datasetNames = [
  "synthetic",
  "cifar10",
  "cifar100",
  "fashion-mnist",
  "imagenet",
] as const;

/** Whether a block has no shortcut around it. */
export function isPlain(block: string | undefined): boolean {
  return block !== undefined && plainBlocks.includes(block);
}
