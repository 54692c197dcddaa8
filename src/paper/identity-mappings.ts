// Errors of the follow-up on shortcuts and units: "Identity Mappings in Deep Residual Networks" (He et al., arXiv
// 1603.05027, 2016), Tables 1 to 3, on CIFAR-10; medians of 5 runs. Errors are fractions.
// "fails" is the paper's word for an error above 20 %.
import type { PaperModel, PaperRow } from "./tables.ts";

type Values = Pick<PaperRow, "label" | "model" | "error" | "fails">;

const basic110: PaperModel = { family: "cifar", depth: 110, block: "basic", shortcut: "A" };
const scaled = (shortcutScale: number, residualScale: number): PaperModel => ({
  ...basic110,
  shortcut: "scaling",
  weighing: { shortcutScale, residualScale },
});
const gated = (shortcut: "exclusive-gating" | "shortcut-only-gating", gateBias: number): PaperModel => ({
  ...basic110,
  shortcut,
  weighing: { gateBias },
});
// The bottleneck nets have a projection where a stage grows.
const bottleneck = (depth: number): PaperModel => ({ family: "cifar", depth, block: "bottleneck", shortcut: "B" });
const ordered = (model: PaperModel, activation: NonNullable<PaperModel["activation"]>): PaperModel => ({
  ...model,
  activation,
});

const table1: readonly Values[] = [
  { label: "original", model: basic110, error: 0.0661 },
  { label: "constant scaling 0, 1", model: { ...basic110, block: "plain", shortcut: "none" }, fails: true },
  { label: "constant scaling 0.5, 1", model: scaled(0.5, 1), fails: true },
  { label: "constant scaling 0.5, 0.5", model: scaled(0.5, 0.5), error: 0.1235 },
  { label: "exclusive gating, bias 0", model: gated("exclusive-gating", 0), fails: true },
  { label: "exclusive gating, bias −6", model: gated("exclusive-gating", -6), error: 0.087 },
  { label: "exclusive gating, bias −7", model: gated("exclusive-gating", -7), error: 0.0981 },
  { label: "shortcut-only gating, bias 0", model: gated("shortcut-only-gating", 0), error: 0.1286 },
  { label: "shortcut-only gating, bias −6", model: gated("shortcut-only-gating", -6), error: 0.0691 },
  { label: "1×1 conv shortcut", model: { ...basic110, shortcut: "C" }, error: 0.1222 },
  { label: "dropout shortcut 0.5", model: { ...basic110, shortcut: "dropout" }, fails: true },
];

const units = [
  ["original", 0.0661, 0.0593],
  ["bn-after-addition", 0.0817, 0.065],
  ["relu-before-addition", 0.0784, 0.0614],
  ["relu-only-pre-activation", 0.0671, 0.0591],
  ["full-pre-activation", 0.0637, 0.0546],
] as const;

const table2: readonly Values[] = units.flatMap(([activation, error110, error164]) => [
  { label: `ResNet-110 ${activation}`, model: ordered(basic110, activation), error: error110 },
  { label: `ResNet-164 ${activation}`, model: ordered(bottleneck(164), activation), error: error164 },
]);

const pairs: readonly (readonly [label: string, model: PaperModel, original: number, preActivation: number])[] = [
  ["ResNet-110, 1-layer skip", { ...basic110, span: 1 }, 0.099, 0.0891],
  ["ResNet-110", basic110, 0.0661, 0.0637],
  ["ResNet-164", bottleneck(164), 0.0593, 0.0546],
  ["ResNet-1001", bottleneck(1001), 0.0761, 0.0492],
];

const table3: readonly Values[] = pairs.flatMap(([label, model, original, preActivation]) => [
  { label: `${label} original`, model, error: original },
  { label: `${label} full-pre-activation`, model: ordered(model, "full-pre-activation"), error: preActivation },
]);

/** Tables 1 to 3 of Identity Mappings, row by row in the paper's order. */
export const identityMappings: readonly PaperRow[] = [table1, table2, table3].flatMap((values, i) =>
  values.map((row) => ({
    ...row,
    reference: `identity-mappings-table-${i + 1}`,
    table: `Identity Mappings, Table ${i + 1}`,
    dataset: "CIFAR-10",
    protocol: "CIFAR-10 test, single view, median of 5 runs",
    source: `arXiv 1603.05027, Table ${i + 1}`,
  })),
);
