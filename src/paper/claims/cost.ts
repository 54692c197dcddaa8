// The claims about parameters and multiply-adds. They follow from the nets alone, so they need no runs: the costs of the
// paper's nets, computed from our description of them, are compared with what the paper says.
import type { ClaimId } from "../../config/claim-names.ts";
import { printedMultiplyAdds, tables } from "../tables.ts";
import { type ClaimFacts, type ClaimNet, type Comparison, contrast } from "./claim.ts";
import { plain, plainCifar, residual, residualCifar } from "./numbers.ts";

const scale = "the paper's nets, computed";

export const costClaims = {
  "parameter-free-shortcuts": {
    place: "Sections 3.2 and 3.3",
    sentence: "With identity shortcuts (A) a residual net has as many parameters as its plain twin.",
    metric: "parameters",
    comparisons: [
      ratio(residual(34), plain(34), 0.9999, 1.0001, 1),
      ratio(residualCifar(56), plainCifar(56), 0.9999, 1.0001, 1),
    ],
    scale,
  },
  "bottleneck-costs-alike": {
    place: "Section 4.1, Table 1, Figure 5",
    sentence: "The bottleneck net of 50 layers costs about as many multiply-adds as the net of 34 layers.",
    metric: "multiply-adds",
    comparisons: [ratio(residual(50, "B"), residual(34, "B"), 0.9, 1.1, printed(50) / printed(34))],
    scale,
    note: "The paper gives no margin. Here it is a tenth.",
  },
  "projections-double-bottleneck": {
    place: "Section 4.1, “Deeper Bottleneck Architectures”",
    sentence: "A projection instead of the identity doubles the parameters of a bottleneck unit.",
    metric: "unit parameters",
    comparisons: [ratio(residual(50, "C"), residual(50, "B"), 1.5, 2.5)],
    scale,
    note: "The paper says “doubled”. A ratio that rounds to 2 counts. The whole net has only 1.57 times the parameters, as the units in which dimensions grow have projections anyway.",
  },
  "projections-double-bottleneck-time": {
    place: "Section 4.1, “Deeper Bottleneck Architectures”",
    sentence: "A projection instead of the identity doubles the multiply-adds of a bottleneck unit.",
    metric: "unit multiply-adds",
    comparisons: [ratio(residual(50, "C"), residual(50, "B"), 1.5, 2.5)],
    scale,
    note: "The paper says “doubled”. A ratio that rounds to 2 counts.",
  },
  "residual-152-below-vgg": {
    place: "Section 4.1, Table 1",
    sentence:
      "The residual net of 152 layers costs fewer multiply-adds than VGG-16 (15.3 billion) and VGG-19 (19.6 billion).",
    metric: "multiply-adds",
    comparisons: [{ ...contrast([[residual(152, "B"), 1]]), below: 15.3e9, paper: printed(152) }],
    scale,
  },
  "residual-110-fewer-parameters": {
    place: "Section 4.2, Table 6",
    sentence:
      "ResNet-110 has fewer parameters than the Highway net of 19 layers (2.3 million) and FitNet (2.5 million).",
    metric: "parameters",
    comparisons: [{ ...contrast([[residualCifar(110), 1]]), below: size("Highway-19"), paper: size("ResNet-110") }],
    scale,
  },
} satisfies Partial<Record<ClaimId, ClaimFacts>>;

function ratio(a: ClaimNet, b: ClaimNet, above: number, below: number, paper?: number): Comparison {
  const nets = contrast([
    [a, 1],
    [b, -1],
  ]);
  return { ...nets, above, below, ...(paper !== undefined && { paper }) };
}

function printed(depth: number): number {
  return printedMultiplyAdds[depth] ?? Number.NaN;
}

function size(label: string): number {
  return tables.find((row) => row.label === label && row.parameters !== undefined)?.parameters ?? Number.NaN;
}
