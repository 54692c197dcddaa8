// The claims that "Deep Residual Learning for Image Recognition" (arXiv 1512.03385v1) makes on CIFAR-10, section 4.2.
import type { ClaimId } from "../../config/claim-names.ts";
import { type ClaimFacts, contrast, falling, higher, lower, rising } from "./claim.ts";
import { meanResponse, plainCifar as plain, residualCifar as residual, testIn, trainIn } from "./numbers.ts";

const scale = "CIFAR-10, 64,000 iterations";
const table6 = testIn("table-6");
const figure6 = testIn("figure-6");
const figure6Train = trainIn("figure-6");
const byDepth = { experiment: "cifar-depth" };
const byDepthPaper = { experiment: "cifar-depth", profile: "paper" };
const byResponse = { experiment: "layer-responses" };
const depths = [20, 32, 44, 56];
const plains = depths.map(plain);
const residuals = depths.map((depth) => residual(depth));

export const cifarClaims = {
  "degradation-56": {
    place: "Section 1, Figure 1 left; section 4.2, Figure 6 left",
    sentence: "The plain net of 56 layers ends with a higher training error than the one of 20 layers.",
    metric: "training error",
    comparisons: [higher(plain(56), plain(20), figure6Train)],
    scale,
    test: byDepth,
  },
  "degradation-56-test": {
    place: "Section 1, Figure 1 right; section 4.2, Figure 6 left",
    sentence: "The plain net of 56 layers has a higher test error than the one of 20 layers.",
    metric: "test error",
    comparisons: [higher(plain(56), plain(20), figure6)],
    scale,
    test: byDepth,
  },
  "degradation-by-depth": {
    place: "Section 4.2, Figure 6 left",
    sentence: "Training errors of plain nets rise with depth, from 20 over 32 and 44 to 56 layers.",
    metric: "training error",
    comparisons: rising(plains, figure6Train),
    scale,
    test: byDepth,
    note: "The paper's own curves end with 32 layers a little below 20.",
  },
  "degradation-by-depth-test": {
    place: "Section 4.2, Figure 6 left",
    sentence: "Test errors of plain nets rise with depth, from 20 over 32 and 44 to 56 layers.",
    metric: "test error",
    comparisons: rising(plains, figure6),
    scale,
    test: byDepth,
  },
  "plain-110-fails": {
    place: "Section 4.2, Figure 6 left",
    sentence: "The plain net of 110 layers keeps a test error above 60 %.",
    metric: "test error",
    comparisons: [{ ...contrast([[plain(110), 1]]), above: 0.6 }],
    scale,
    test: byDepthPaper,
  },
  "residual-depth-gains": {
    place: "Section 4.2, Table 6, Figure 6 middle",
    sentence: "Test errors of residual nets fall with depth, from 20 over 32 and 44 to 56 layers.",
    metric: "test error",
    comparisons: falling(residuals, table6),
    scale,
    test: byDepth,
  },
  "residual-depth-gains-training": {
    place: "Section 4.2, Figure 6 middle",
    sentence: "Training errors of residual nets fall with depth, from 20 over 32 and 44 to 56 layers.",
    metric: "training error",
    comparisons: falling(residuals, figure6Train),
    scale,
    test: byDepth,
  },
  "shortcuts-cure-cifar": {
    place: "Section 4.2, Figure 6",
    sentence: "At 20, 32, 44 and 56 layers, the residual net has a lower test error than the plain net.",
    metric: "test error",
    comparisons: depths.map((depth) => lower(residual(depth), plain(depth), figure6)),
    scale,
    test: byDepth,
  },
  "shortcuts-cure-cifar-training": {
    place: "Section 4.2, Figure 6",
    sentence: "At 20, 32, 44 and 56 layers, the residual net ends with a lower training error than the plain net.",
    metric: "training error",
    comparisons: depths.map((depth) => lower(residual(depth), plain(depth), figure6Train)),
    scale,
    test: byDepth,
  },
  "shortcuts-turn-depth-to-gain-cifar": {
    place: "Section 4.2, Figure 6",
    sentence: "Going from 20 to 56 layers does residual nets more good than plain nets.",
    metric: "test error",
    comparisons: [
      {
        ...contrast(
          [
            [residual(56), 1],
            [residual(20), -1],
            [plain(56), -1],
            [plain(20), 1],
          ],
          figure6,
        ),
        below: 0,
      },
    ],
    scale,
    test: byDepth,
  },
  "residual-110-gains": {
    place: "Section 4.2, Table 6",
    sentence: "The residual net of 110 layers has a lower test error than the one of 56 layers.",
    metric: "test error",
    comparisons: [lower(residual(110), residual(56), table6)],
    scale,
    test: byDepthPaper,
    note: "The paper's number for 110 layers is the mean of five runs.",
  },
  "residual-110-beats-highway": {
    place: "Section 4.2, Table 6",
    sentence: "ResNet-110 has a lower test error than the best Highway net, whose mean is 7.72 %.",
    metric: "test error",
    comparisons: [{ ...contrast([[residual(110), 1]], table6), below: 0.0772 }],
    scale,
    test: byDepthPaper,
  },
  "residual-1202-trains": {
    place: "Section 4.2, “Exploring Over 1000 layers”",
    sentence: "The residual net of 1202 layers reaches a training error below 0.1 %.",
    metric: "training error",
    comparisons: [{ ...contrast([[residual(1202), 1]]), below: 0.001 }],
    scale,
    test: byDepthPaper,
  },
  "residual-1202-overfits": {
    place: "Section 4.2, Table 6, Figure 6 right",
    sentence: "The residual net of 1202 layers has a higher test error than the one of 110 layers.",
    metric: "test error",
    comparisons: [higher(residual(1202), residual(110), table6)],
    scale,
    test: byDepthPaper,
  },
  "responses-smaller-than-plain": {
    place: "Section 4.2, Figure 7",
    sentence: "With 20 and with 56 layers, the responses of the residual net are smaller than those of the plain net.",
    metric: "responses",
    comparisons: [20, 56].map((depth) => lower(residual(depth), plain(depth), meanResponse)),
    scale,
    test: byResponse,
  },
  "responses-shrink-to-56": {
    place: "Section 4.2, Figure 7",
    sentence: "The responses of the residual net of 56 layers are smaller than those of the one of 20 layers.",
    metric: "responses",
    comparisons: [lower(residual(56), residual(20), meanResponse)],
    scale,
    test: byResponse,
  },
  "responses-shrink-to-110": {
    place: "Section 4.2, Figure 7",
    sentence: "The responses of the residual net of 110 layers are smaller than those of the one of 56 layers.",
    metric: "responses",
    comparisons: [lower(residual(110), residual(56), meanResponse)],
    scale,
    test: { experiment: "layer-responses", profile: "paper" },
  },
} satisfies Partial<Record<ClaimId, ClaimFacts>>;
