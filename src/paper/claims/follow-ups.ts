// The claims on how many layers a shortcut should cross and on other forms of the unit: section 3.2 of the paper, "Identity
// Mappings in Deep Residual Networks" (arXiv 1603.05027) and "Wide Residual Networks" (arXiv 1605.07146).
import type { ClaimId } from "../../config/claim-names.ts";
import type { PaperModel } from "../tables.ts";
import { alike, type ClaimFacts, contrast, lower } from "./claim.ts";
import { numbers, plainCifar, residualCifar, testIn } from "./numbers.ts";

const scale = "ResNet-110 on CIFAR-10, 64,000 iterations, medians of five runs";
const wide = "WRN-40-2 on CIFAR-10, 200 epochs, pre-activation units, medians of five runs";
const table = (number: number) => testIn(`identity-mappings-table-${number}`);
const wideTable3 = numbers({
  "ResNet-110 span=2": 0.0543,
  "ResNet-110 span=3": 0.0565,
  "ResNet-110 span=4": 0.0593,
});
const bySpan = { experiment: "shortcut-span" };
const byUnit = { experiment: "residual-variants" };

const original = residualCifar(110);
const variant = (name: string, unit: Partial<PaperModel>) => residualCifar(110, name, unit);
const span = (layers: number) => variant(`span=${layers}`, { span: layers });
const ordered = (activation: NonNullable<PaperModel["activation"]>) => variant(activation, { activation });
const gated = (name: string, shortcut: PaperModel["shortcut"], gateBias: number) =>
  variant(name, { shortcut, weighing: { gateBias } });
const scaled = (name: string, residualScale: number) =>
  variant(name, { shortcut: "scaling", weighing: { shortcutScale: 0.5, residualScale } });
const preActivation = { activation: "full-pre-activation" } as const;

/** A claim of Identity Mappings that one unit tests better than another at any depth. */
function betterUnit(place: string, sentence: string, comparisons: ClaimFacts["comparisons"]) {
  return { place, sentence, metric: "test error", comparisons, scale, test: byUnit, anyDepth: true } as const;
}

export const followUpClaims = {
  "single-layer-no-advantage": {
    place: "Section 3.2",
    sentence: "Shortcuts around single layers have no advantage over a plain net.",
    metric: "test error",
    comparisons: [
      {
        ...contrast([
          [span(1), 1],
          [plainCifar(110), -1],
        ]),
        above: -0.005,
      },
    ],
    scale: "not said",
    test: bySpan,
    anyDepth: true,
    note: "The paper gives no number. Less than half a point counts as no advantage. In Identity Mappings such a net of 110 layers trains well, unlike the plain one.",
  },
  "span-2-over-1": {
    place: "Identity Mappings, Table 3",
    sentence: "Shortcuts that cross two layers give a lower test error than shortcuts that cross one.",
    metric: "test error",
    comparisons: [lower(span(2), span(1), table(3))],
    scale,
    test: bySpan,
    anyDepth: true,
  },
  "span-2-over-1-pre-activation": {
    place: "Identity Mappings, Table 3",
    sentence: "The same holds for units with full pre-activation.",
    metric: "test error",
    comparisons: [
      lower(
        variant("full-pre-activation", preActivation),
        variant("span=1 full-pre-activation", { ...preActivation, span: 1 }),
        table(3),
      ),
    ],
    scale,
    test: { ...bySpan, set: "model.activation=full-pre-activation" },
    anyDepth: true,
  },
  "span-2-over-3": {
    place: "Wide Residual Networks, Table 3",
    sentence: "Shortcuts that cross two layers give a lower test error than shortcuts that cross three.",
    metric: "test error",
    comparisons: [lower(span(2), span(3), wideTable3)],
    scale: wide,
    test: bySpan,
    anyDepth: true,
  },
  "span-2-over-4": {
    place: "Wide Residual Networks, Table 3",
    sentence: "Shortcuts that cross two layers give a lower test error than shortcuts that cross four.",
    metric: "test error",
    comparisons: [lower(span(2), span(4), wideTable3)],
    scale: wide,
    test: bySpan,
    anyDepth: true,
  },
  "identity-over-scaling": betterUnit(
    "Identity Mappings, Table 1",
    "Identity shortcuts give a lower test error than shortcuts that are multiplied by 0.5.",
    [lower(original, scaled("scaling", 1), table(1))],
  ),
  "identity-over-halves": betterUnit(
    "Identity Mappings, Table 1",
    "Identity shortcuts give a lower test error than units in which both paths are multiplied by 0.5.",
    [lower(original, scaled("scaling residualScale=0.5", 0.5), table(1))],
  ),
  "identity-over-exclusive-gating": betterUnit(
    "Identity Mappings, Table 1",
    "Identity shortcuts give a lower test error than exclusive gates, even with the best bias, −6.",
    [lower(original, gated("exclusive-gating", "exclusive-gating", -6), table(1))],
  ),
  "identity-over-shortcut-gating": betterUnit(
    "Identity Mappings, Table 1",
    "Identity shortcuts give a lower test error than gates on the shortcut alone with bias −6.",
    [lower(original, gated("shortcut-only-gating", "shortcut-only-gating", -6), table(1))],
  ),
  "identity-over-open-gating": betterUnit(
    "Identity Mappings, Table 1",
    "Identity shortcuts give a lower test error than gates on the shortcut alone with bias 0.",
    [lower(original, gated("shortcut-only-gating gateBias=0", "shortcut-only-gating", 0), table(1))],
  ),
  "identity-over-projections": {
    ...betterUnit(
      "Identity Mappings, Table 1",
      "In a very deep net, identity shortcuts give a lower test error than projections on all shortcuts (C).",
      [lower(original, variant("C", { shortcut: "C" }), table(1))],
    ),
    note: "With 34 layers on ImageNet the paper finds the opposite: see shortcut-c-over-b.",
  },
  "identity-over-dropout": betterUnit(
    "Identity Mappings, Table 1",
    "Identity shortcuts give a lower test error than shortcuts with dropout.",
    [lower(original, variant("dropout", { shortcut: "dropout" }), table(1))],
  ),
  "original-over-bn-after-addition": betterUnit(
    "Identity Mappings, Table 2",
    "The original unit gives a lower test error than batch normalisation after the addition.",
    [lower(original, ordered("bn-after-addition"), table(2))],
  ),
  "original-over-relu-before-addition": betterUnit(
    "Identity Mappings, Table 2",
    "The original unit gives a lower test error than ReLU before the addition.",
    [lower(original, ordered("relu-before-addition"), table(2))],
  ),
  "relu-only-ties-original": {
    ...betterUnit(
      "Identity Mappings, Table 2",
      "ReLU alone before the convolutions gives about the same test error as the original unit.",
      [alike(ordered("relu-only-pre-activation"), original, 0.005, table(2))],
    ),
    note: "The paper gives no margin. Here it is half a point.",
  },
  "full-pre-activation-over-original": betterUnit(
    "Identity Mappings, Table 2",
    "Full pre-activation gives a lower test error than the original unit.",
    [lower(ordered("full-pre-activation"), original, table(2))],
  ),
} satisfies Partial<Record<ClaimId, ClaimFacts>>;
