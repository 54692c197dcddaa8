// Figure 7: the standard deviation of each layer's response on CIFAR-10, read off the paper's vector figure (± 0.02).
// A response is the output of a 3×3 convolution after its batch normalisation, before ReLU or addition. A net has 6n+1 of
// them, from the first convolution on. The paper does not say over what it pools, nor which images it used.
import type { PaperModel } from "./tables.ts";

/** One net of Figure 7. */
export interface PaperResponses {
  readonly label: string;
  readonly model: PaperModel;
  /** Standard deviations, layer by layer from the first convolution on. */
  readonly stds: readonly number[];
}

// biome-ignore format: one line a net
const lines: readonly (readonly [label: string, stds: readonly number[]])[] = [
  ["plain-20", [2.07, 2.02, 1.87, 1.79, 1.85, 2.0, 2.1, 1.67, 1.84, 1.9, 1.86, 1.86, 1.82, 1.59, 1.7, 1.62, 1.47, 1.28, 2.32]],
  ["ResNet-20", [1.71, 1.82, 1.19, 1.78, 1.13, 2.13, 1.54, 1.74, 1.43, 1.51, 1.18, 1.54, 1.22, 1.62, 2.08, 1.44, 1.84, 1.42, 2.5]],
  ["plain-56", [3.03, 2.37, 2.19, 2.0, 1.8, 1.73, 1.73, 1.83, 1.67, 1.72, 1.7, 1.68, 1.65, 1.87, 1.82, 1.86, 1.97, 2.12, 2.29, 1.89, 2.2, 2.15, 2.23, 2.0, 1.84, 1.65, 1.54, 1.34, 1.19, 1.08, 1.08, 1.04, 1.02, 1.02, 1.05, 1.08, 1.15, 1.12, 1.19, 1.2, 1.18, 1.11, 1.08, 1.04, 1.01, 1.0, 0.99, 0.99, 0.99, 1.0, 1.0, 1.03, 1.06, 1.08, 1.67]],
  ["ResNet-56", [2.98, 1.28, 0.87, 1.37, 0.92, 1.2, 0.73, 1.08, 0.71, 1.09, 0.65, 1.12, 0.88, 1.1, 1.07, 1.22, 1.19, 1.27, 1.34, 1.22, 1.05, 1.01, 0.87, 1.01, 0.82, 0.95, 0.74, 0.91, 0.7, 1.05, 0.91, 1.1, 1.0, 1.19, 1.49, 1.28, 2.05, 1.25, 1.62, 1.14, 1.47, 1.15, 1.4, 0.98, 1.22, 1.02, 1.25, 0.87, 1.08, 0.83, 1.05, 0.93, 1.16, 1.01, 1.53]],
  ["ResNet-110", [3.41, 1.33, 1.3, 1.12, 0.96, 1.14, 0.93, 1.06, 0.68, 1.0, 0.65, 1.02, 0.82, 0.93, 0.69, 1.1, 0.72, 1.18, 0.93, 1.0, 0.88, 1.06, 0.77, 1.01, 0.76, 0.96, 0.78, 1.04, 0.88, 1.07, 1.06, 1.18, 1.27, 1.17, 1.28, 1.3, 2.05, 1.4, 1.86, 1.04, 0.96, 1.02, 0.92, 0.94, 0.85, 0.98, 0.91, 0.97, 0.9, 1.02, 0.98, 0.87, 0.83, 0.88, 0.78, 0.83, 0.79, 0.85, 0.82, 0.98, 0.97, 0.91, 0.87, 0.88, 0.85, 0.9, 0.83, 0.87, 0.98, 0.88, 0.77, 0.88, 0.88, 1.04, 1.23, 0.82, 1.15, 0.82, 1.01, 0.8, 0.99, 0.78, 0.96, 0.77, 0.88, 0.77, 0.88, 0.77, 0.82, 0.75, 0.87, 0.78, 0.88, 0.79, 0.95, 0.78, 0.88, 0.8, 0.88, 0.82, 0.97, 0.85, 1.01, 0.88, 1.1, 0.91, 1.05, 1.12, 1.68]],
];

/** The five nets of Figure 7. */
export const responses: readonly PaperResponses[] = lines.map(([label, stds]) => {
  const plain = label.startsWith("plain");
  return {
    label,
    model: {
      family: "cifar",
      depth: Number(label.split("-")[1]),
      block: plain ? "plain" : "basic",
      shortcut: plain ? "none" : "A",
    },
    stds,
  };
});
