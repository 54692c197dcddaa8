// The claims that "Deep Residual Learning for Image Recognition" (arXiv 1512.03385v1) makes on ImageNet, sections 3.3 to 4.1.
// Multi-crop test errors of the paper stand beside our test error after the last iteration.
import type { ClaimId } from "../../config/claim-names.ts";
import { alike, type ClaimFacts, contrast, falling, higher, lower } from "./claim.ts";
import { plain, residual, testIn, trainAt, trainIn } from "./numbers.ts";

const scale = "ImageNet, 1.28 million images, 600,000 iterations";
const table2 = testIn("table-2");
const table3 = testIn("table-3");
const figure4 = trainIn("figure-4");
const twoDepths = { experiment: "plain-vs-res" };
const options = { experiment: "shortcut-options" };
const deep = { experiment: "bottleneck" };
const [a34, b34, c34] = [residual(34, "A"), residual(34, "B"), residual(34, "C")];
const [b50, b101, b152] = [residual(50, "B"), residual(101, "B"), residual(152, "B")];

export const imagenetClaims = {
  "degradation-34": {
    place: "Section 4.1, Figure 4 left",
    sentence: "The plain net of 34 layers ends with a higher training error than the one of 18 layers.",
    metric: "training error",
    comparisons: [higher(plain(34), plain(18), figure4)],
    scale,
    test: twoDepths,
  },
  "degradation-34-test": {
    place: "Section 4.1, Table 2",
    sentence: "The plain net of 34 layers has a higher test error than the one of 18 layers.",
    metric: "test error",
    comparisons: [higher(plain(34), plain(18), table2)],
    scale,
    test: twoDepths,
  },
  "degradation-not-vanishing": {
    place: "Section 4.1, “Plain Networks”",
    sentence: "Gradients do not vanish in the plain net of 34 layers: batch normalisation keeps their norms healthy.",
    metric: "weakest gradient",
    comparisons: [
      {
        ...contrast([
          [plain(34), 1],
          [a34, -1],
        ]),
        above: 0.1,
      },
    ],
    scale,
    test: { experiment: "why-plain-fails" },
    note: "The paper gives no number. Healthy is read as: the weakest layer has at least a tenth of the norm that the weakest layer of ResNet-34 has.",
  },
  "degradation-outlasts-training": {
    place: "Section 4.1, footnote 3",
    sentence:
      "With three times the iterations the plain net of 34 layers still trains worse than the one of 18 layers.",
    metric: "training error",
    comparisons: [higher(plain(34), plain(18))],
    scale: "ImageNet, 1.8 million iterations",
    test: { experiment: "why-plain-fails", profile: "longer" },
    longer: 3,
  },
  "residual-34-trains-better": {
    place: "Section 4.1, Figure 4 right",
    sentence: "The residual net of 34 layers ends with a lower training error than the one of 18 layers.",
    metric: "training error",
    comparisons: [lower(a34, residual(18), figure4)],
    scale,
    test: twoDepths,
  },
  "residual-34-tests-better": {
    place: "Section 4.1, Table 2",
    sentence: "The residual net of 34 layers has a lower test error than the one of 18 layers.",
    metric: "test error",
    comparisons: [lower(a34, residual(18), table2)],
    scale,
    test: twoDepths,
  },
  "shortcuts-cure-34": {
    place: "Section 4.1, Figure 4",
    sentence: "With 34 layers, the residual net ends with a lower training error than the plain net.",
    metric: "training error",
    comparisons: [lower(a34, plain(34), figure4)],
    scale,
    test: twoDepths,
  },
  "shortcuts-cure-34-test": {
    place: "Section 4.1, Table 2",
    sentence: "With 34 layers, the residual net has a lower test error than the plain net.",
    metric: "test error",
    comparisons: [lower(a34, plain(34), table2)],
    scale,
    test: twoDepths,
  },
  "shortcuts-turn-depth-to-gain": {
    place: "Section 4.1, Table 2",
    sentence: "Going from 18 to 34 layers does residual nets more good than plain nets.",
    metric: "test error",
    comparisons: [
      {
        ...contrast(
          [
            [a34, 1],
            [residual(18), -1],
            [plain(34), -1],
            [plain(18), 1],
          ],
          table2,
        ),
        below: 0,
      },
    ],
    scale,
    test: twoDepths,
  },
  "shortcuts-tie-18": {
    place: "Section 4.1, Table 2",
    sentence: "With 18 layers, plain and residual nets are about equally accurate.",
    metric: "test error",
    comparisons: [alike(residual(18), plain(18), 0.005, table2)],
    scale,
    test: twoDepths,
    note: "The paper gives no margin. Here it is half a point.",
  },
  "shortcuts-speed-up-18": {
    place: "Section 4.1, Figure 4",
    sentence: "With 18 layers, the residual net converges faster at the early stage.",
    metric: "early training error",
    comparisons: [lower(residual(18), plain(18), trainAt("figure-4", 100_000))],
    scale,
    test: twoDepths,
    note: "The paper's difference is that of its curves at iteration 100,000.",
  },
  "shortcuts-all-cure": {
    place: "Section 4.1, Table 3",
    sentence: "With 34 layers, shortcuts of each option (A, B, C) give a lower test error than none.",
    metric: "test error",
    comparisons: [a34, b34, c34].map((net) => lower(net, plain(34), table3)),
    scale,
    test: options,
  },
  "shortcut-b-over-a": {
    place: "Section 4.1, Table 3",
    sentence: "Projections where dimensions grow (B) are slightly better than zeros for new channels (A).",
    metric: "test error",
    comparisons: [lower(b34, a34, table3)],
    scale,
    test: options,
  },
  "shortcut-c-over-b": {
    place: "Section 4.1, Table 3",
    sentence: "Projections on all shortcuts (C) are slightly better than projections where dimensions grow (B).",
    metric: "test error",
    comparisons: [lower(c34, b34, table3)],
    scale,
    test: options,
  },
  "shortcut-choice-matters-less": {
    place: "Section 4.1, Table 3",
    sentence: "Projections are not essential: going from A to C gains less than going from no shortcut to A.",
    metric: "test error",
    comparisons: [
      {
        ...contrast(
          [
            [plain(34), 1],
            [a34, -2],
            [c34, 1],
          ],
          table3,
        ),
        above: 0,
      },
    ],
    scale,
    test: options,
    note: "The difference is the second gain minus the first: (plain-34 − A) − (A − C).",
  },
  "bottleneck-over-34": {
    place: "Section 4.1, Table 3",
    sentence: "Bottleneck nets of 50, 101 and 152 layers have a lower test error than the residual net of 34 layers.",
    metric: "test error",
    comparisons: [b50, b101, b152].map((net) => lower(net, b34, table3)),
    scale,
    test: deep,
  },
  "depth-gains-to-152": {
    place: "Section 4.1, Tables 3 and 4",
    sentence: "Test errors of bottleneck nets fall with depth, from 50 over 101 to 152 layers.",
    metric: "test error",
    comparisons: falling([b50, b101, b152], table3),
    scale,
    test: deep,
  },
  "deep-nets-train-well": {
    place: "Section 4.1, “101-layer and 152-layer ResNets”",
    sentence: "Bottleneck nets show no degradation: training errors do not rise from 50 over 101 to 152 layers.",
    metric: "training error",
    comparisons: [
      {
        ...contrast([
          [b101, 1],
          [b50, -1],
        ]),
        below: 0.005,
      },
      {
        ...contrast([
          [b152, 1],
          [b101, -1],
        ]),
        below: 0.005,
      },
    ],
    scale,
    test: deep,
    note: "The paper gives no number. A rise by less than half a point counts as none.",
  },
} satisfies Partial<Record<ClaimId, ClaimFacts>>;
