// The paper's training curves as points, read off its vector figures; the paper prints no such table.
// Reading error: about 0.0005 on CIFAR-10 (Figures 1 and 6), 0.001 on ImageNet (Figure 4). Errors are fractions.
// null is a point above the figure's edge (0.2 in Figure 6, 0.63 in Figure 4).
import type { PaperModel, PaperRow } from "./tables.ts";

/** One line of a figure. */
export interface PaperCurve {
  /** As experiment files say it: "figure-6". */
  readonly reference: string;
  readonly label: string;
  readonly model: PaperModel;
  readonly dataset: PaperRow["dataset"];
  readonly set: "train" | "test" | "validation";
  readonly points: readonly { readonly iteration: number; readonly error: number | null }[];
  /** Error at the curve's last point. */
  readonly end: number;
}

interface Line {
  readonly label: string;
  readonly set: "train" | "test" | "val";
  readonly errors: readonly (number | null)[];
  /** The curve's last point, where it is not the last of `errors`. */
  readonly end?: number;
}

// biome-ignore format: one column a point
const figure6Iterations = [
  5000, 10000, 15000, 20000, 25000, 30000, 31500, 33000, 35000, 40000, 45000, 47500, 49000, 55000, 60000, 64000,
];
// biome-ignore format: one line a curve
const figure6: readonly Line[] = [
  { label: "plain-20", set: "test", errors: [0.175, 0.149, 0.141, 0.133, 0.133, 0.125, 0.127, 0.103, 0.099, 0.1, 0.098, 0.1, 0.098, 0.097, 0.096, 0.0969] },
  { label: "plain-32", set: "test", errors: [null, 0.192, 0.159, 0.157, 0.159, 0.142, 0.144, 0.106, 0.103, 0.102, 0.107, 0.106, 0.103, 0.1, 0.102, 0.1008] },
  { label: "plain-44", set: "test", errors: [null, null, null, 0.181, 0.174, 0.158, 0.167, 0.122, 0.116, 0.117, 0.114, 0.117, 0.113, 0.112, 0.114, 0.1142] },
  { label: "plain-56", set: "test", errors: [null, null, null, null, 0.196, 0.18, 0.185, 0.146, 0.14, 0.135, 0.137, 0.138, 0.134, 0.134, 0.133, 0.1323] },
  { label: "ResNet-20", set: "test", errors: [0.15, 0.132, 0.122, 0.121, 0.116, 0.112, 0.117, 0.092, 0.089, 0.089, 0.09, 0.09, 0.089, 0.089, 0.088, 0.0878] },
  { label: "ResNet-32", set: "test", errors: [0.152, 0.13, 0.116, 0.115, 0.107, 0.104, 0.101, 0.079, 0.078, 0.075, 0.077, 0.078, 0.078, 0.076, 0.075, 0.075] },
  { label: "ResNet-44", set: "test", errors: [0.148, 0.117, 0.115, 0.105, 0.105, 0.099, 0.11, 0.077, 0.074, 0.071, 0.072, 0.073, 0.072, 0.072, 0.071, 0.0716] },
  { label: "ResNet-56", set: "test", errors: [0.158, 0.125, 0.115, 0.107, 0.1, 0.105, 0.1, 0.076, 0.075, 0.072, 0.071, 0.072, 0.071, 0.07, 0.071, 0.07] },
  { label: "ResNet-110", set: "test", errors: [0.154, 0.134, 0.112, 0.1, 0.104, 0.105, 0.098, 0.072, 0.07, 0.07, 0.068, 0.068, 0.067, 0.067, 0.066, 0.0655] },
  { label: "plain-20", set: "train", errors: [0.172, 0.134, 0.115, 0.107, 0.103, 0.101, 0.09, 0.043, 0.037, 0.026, 0.023, 0.022, 0.014, 0.013, 0.016, 0.0144] },
  { label: "plain-32", set: "train", errors: [null, 0.181, 0.139, 0.112, 0.143, 0.111, 0.122, 0.066, 0.046, 0.037, 0.027, 0.023, 0.02, 0.016, 0.015, 0.0115] },
  { label: "plain-44", set: "train", errors: [null, null, null, 0.172, 0.162, 0.145, 0.145, 0.084, 0.066, 0.061, 0.044, 0.044, 0.038, 0.031, 0.032, 0.032] },
  { label: "plain-56", set: "train", errors: [null, null, null, 0.187, 0.198, 0.168, 0.176, 0.116, 0.104, 0.083, 0.084, 0.079, 0.067, 0.058, 0.061, 0.0585] },
  { label: "ResNet-20", set: "train", errors: [0.15, 0.106, 0.095, 0.073, 0.084, 0.079, 0.077, 0.028, 0.026, 0.021, 0.013, 0.012, 0.012, 0.005, 0.011, 0.0081] },
  { label: "ResNet-32", set: "train", errors: [0.155, 0.104, 0.088, 0.061, 0.078, 0.065, 0.062, 0.024, 0.017, 0.007, 0.006, 0.007, 0.003, 0.002, 0.003, 0.0026] },
  { label: "ResNet-44", set: "train", errors: [0.14, 0.088, 0.071, 0.052, 0.052, 0.057, 0.058, 0.015, 0.011, 0.004, 0.003, 0.001, 0.003, 0.002, 0.002, 0.001] },
  { label: "ResNet-56", set: "train", errors: [0.157, 0.093, 0.07, 0.068, 0.059, 0.05, 0.046, 0.013, 0.007, 0.004, 0.002, 0.001, 0.002, 0.001, 0.001, 0.0003] },
  { label: "ResNet-110", set: "train", errors: [0.153, 0.096, 0.07, 0.047, 0.059, 0.054, 0.048, 0.009, 0.006, 0.002, 0.002, 0.001, 0.001, 0.001, 0.001, 0.0008] },
];

// The right panel, which begins at 35000.
const figure6RightIterations = [35000, 40000, 45000, 47500, 49000, 52500, 55000, 60000, 62500];
// biome-ignore format: one line a curve
const figure6Right: readonly Line[] = [
  { label: "ResNet-1202", set: "test", errors: [0.0854, 0.0807, 0.0805, 0.0828, 0.0795, 0.0802, 0.0797, 0.0805, 0.0784], end: 0.0789 },
  { label: "ResNet-1202", set: "train", errors: [0.0081, 0.0031, 0.001, 0.0017, 0.0011, 0, 0.001, 0.0008, 0.0012] },
];

// biome-ignore format: one column a point
const figure4Iterations = [
  20000, 50000, 100000, 140000, 160000, 200000, 250000, 295000, 310000, 350000, 400000, 450000, 500000, 550000,
];
// biome-ignore format: one line a curve
const figure4: readonly Line[] = [
  { label: "plain-18", set: "val", errors: [0.594, 0.536, 0.507, 0.499, 0.384, 0.367, 0.37, 0.365, 0.33, 0.322, 0.317, 0.315, 0.315, 0.314] },
  { label: "plain-34", set: "val", errors: [null, 0.588, 0.552, 0.55, 0.411, 0.39, 0.385, 0.388, 0.344, 0.334, 0.328, 0.328, 0.325, 0.324] },
  { label: "ResNet-18", set: "val", errors: [0.548, 0.497, 0.475, 0.471, 0.372, 0.357, 0.356, 0.354, 0.324, 0.316, 0.314, 0.311, 0.31, 0.311] },
  { label: "ResNet-34", set: "val", errors: [0.563, 0.475, 0.449, 0.445, 0.342, 0.323, 0.323, 0.324, 0.292, 0.286, 0.283, 0.282, 0.283, 0.283] },
  { label: "plain-18", set: "train", errors: [null, 0.59, 0.565, 0.554, 0.426, 0.396, 0.409, 0.405, 0.352, 0.326, 0.331, 0.326, 0.309, 0.312] },
  { label: "plain-34", set: "train", errors: [null, null, 0.611, 0.609, 0.462, 0.426, 0.428, 0.406, 0.362, 0.339, 0.344, 0.346, 0.314, 0.324] },
  { label: "ResNet-18", set: "train", errors: [0.599, 0.546, 0.52, 0.518, 0.409, 0.376, 0.379, 0.373, 0.326, 0.307, 0.32, 0.312, 0.296, 0.303] },
  { label: "ResNet-34", set: "train", errors: [0.591, 0.521, 0.494, 0.472, 0.371, 0.343, 0.334, 0.337, 0.282, 0.279, 0.26, 0.253, 0.239, 0.247] },
];

const figure6Curves = [
  ...figure6.map((line) => curve("figure-6", line, figure6Iterations)),
  ...figure6Right.map((line) => curve("figure-6", line, figure6RightIterations)),
];

/** The lines of Figures 1, 4 and 6. Figure 1 shows two nets of Figure 6 again. */
export const curves: readonly PaperCurve[] = [
  ...figure6Curves
    .filter(({ label }) => label === "plain-20" || label === "plain-56")
    .map((line) => ({ ...line, reference: "figure-1" })),
  ...figure4.map((line) => curve("figure-4", line, figure4Iterations)),
  ...figure6Curves,
];

/** The last points of the curves as rows, so that they can be compared with our results like the rows of a table. */
export const curveEnds: readonly PaperRow[] = curves
  .filter(({ set }) => set !== "train")
  .map((tested) => {
    const trained = curves.find(
      ({ reference, label, set }) => reference === tested.reference && label === tested.label && set === "train",
    );
    const table = `Figure ${tested.reference.slice("figure-".length)}`;
    const measured =
      tested.dataset === "ImageNet" ? "ImageNet validation, centre crop top-1" : "CIFAR-10 test, single view";
    return {
      reference: tested.reference,
      table,
      label: tested.label,
      model: tested.model,
      error: tested.end,
      ...(trained && { trainError: trained.end }),
      dataset: tested.dataset,
      protocol: `${measured}, end of the curve`,
      source: `arXiv 1512.03385v1, ${table}, read off the drawing`,
    };
  });

function curve(reference: string, line: Line, iterations: readonly number[]): PaperCurve {
  const imagenet = reference === "figure-4";
  const plain = line.label.startsWith("plain");
  return {
    reference,
    label: line.label,
    // All residual nets in these figures have option A.
    model: {
      family: imagenet ? "imagenet" : "cifar",
      depth: Number(line.label.split("-")[1]),
      block: plain ? "plain" : "basic",
      shortcut: plain ? "none" : "A",
    },
    dataset: imagenet ? "ImageNet" : "CIFAR-10",
    set: line.set === "val" ? "validation" : line.set,
    points: line.errors.map((error, i) => ({ iteration: iterations[i] ?? Number.NaN, error })),
    end: line.end ?? line.errors.at(-1) ?? Number.NaN,
  };
}
