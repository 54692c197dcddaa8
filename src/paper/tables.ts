// The numbers of Tables 1 to 6 of "Deep Residual Learning for Image Recognition" (He et al., arXiv 1512.03385v1, 2015).
// Errors are fractions: the paper's 27.94 is 0.2794 here. Parameters and multiply-adds are rounded, as printed.
// Each row says what its error measures, because our errors seldom measure exactly the same.
import type { Activation, Shortcut } from "../config/schema.ts";

/** The net of a row, with the keys of an experiment file. Missing values are those of the paper's original unit. */
export interface PaperModel {
  readonly family: "cifar" | "imagenet";
  readonly depth: number;
  readonly block: "plain" | "basic" | "bottleneck";
  readonly shortcut: "none" | Shortcut;
  readonly activation?: Activation;
  /** The number of 3×3 convolutions that a shortcut crosses; 2 by default. */
  readonly span?: number;
  readonly weighing?: {
    readonly shortcutScale?: number;
    readonly residualScale?: number;
    readonly gateBias?: number;
    readonly dropoutRate?: number | undefined;
  };
}

/** A row of a table, or the end of a curve, of the paper. */
export interface PaperRow {
  /** As in experiment files: "table-2". */
  readonly reference: string;
  /** As in the paper: "Table 2". */
  readonly table: string;
  /** The row's name: "plain-34", "ResNet-34 A". */
  readonly label: string;
  /** Undefined for nets that are not the paper's own. */
  readonly model?: PaperModel;
  /** Top-1 or test error, a fraction. */
  readonly error?: number;
  /** Top-5 error, a fraction. */
  readonly top5?: number;
  /** The paper prints "fail" instead of the error, because it is above 20 %. */
  readonly fails?: true;
  /** What is special about this row. */
  readonly note?: string;
  /** Mean and standard deviation over `runs` runs, if the paper gives them. Then `error` is that of the best run. */
  readonly mean?: number;
  readonly std?: number;
  readonly runs?: number;
  /** Training error, a fraction; only in rows from figures. */
  readonly trainError?: number;
  /** As printed: 0.27M is 270000. */
  readonly parameters?: number;
  readonly dataset: "ImageNet" | "CIFAR-10";
  /** How the error was measured. */
  readonly protocol: string;
  /** How each test image was shown to the net: as crops, or whole at several short sides. By default, once. */
  readonly looks?: { readonly crops: 1 | 10; readonly scales: readonly number[] | null };
  /** Where the number comes from. */
  readonly source: string;
}

/** Multiply-adds ("FLOPs") that Table 1 prints, by depth; 3.6 and 3.8 are cut off rather than rounded. */
export const printedMultiplyAdds: Readonly<Record<number, number>> = {
  18: 1.8e9,
  34: 3.6e9,
  50: 3.8e9,
  101: 7.6e9,
  152: 11.3e9,
};

type Values = Omit<PaperRow, "reference" | "table" | "dataset" | "protocol" | "looks" | "source">;

const source = "arXiv 1512.03385v1";
const plain = (depth: number): PaperModel => ({ family: "imagenet", depth, block: "plain", shortcut: "none" });
const basic = (depth: number, shortcut: "A" | "B" | "C"): PaperModel => ({
  family: "imagenet",
  depth,
  block: "basic",
  shortcut,
});
const bottleneck = (depth: number): PaperModel => ({ family: "imagenet", depth, block: "bottleneck", shortcut: "B" });
const cifar = (depth: number): PaperModel => ({ family: "cifar", depth, block: "basic", shortcut: "A" });

const table2: readonly Values[] = [
  { label: "plain-18", model: plain(18), error: 0.2794 },
  { label: "plain-34", model: plain(34), error: 0.2854 },
  { label: "ResNet-18 A", model: basic(18, "A"), error: 0.2788 },
  { label: "ResNet-34 A", model: basic(34, "A"), error: 0.2503 },
];

const table3: readonly Values[] = [
  { label: "VGG-16", error: 0.2807, top5: 0.0933 },
  { label: "GoogLeNet", top5: 0.0915 },
  { label: "PReLU-net", error: 0.2427, top5: 0.0738 },
  { label: "plain-34", model: plain(34), error: 0.2854, top5: 0.1002 },
  { label: "ResNet-34 A", model: basic(34, "A"), error: 0.2503, top5: 0.0776 },
  { label: "ResNet-34 B", model: basic(34, "B"), error: 0.2452, top5: 0.0746 },
  { label: "ResNet-34 C", model: basic(34, "C"), error: 0.2419, top5: 0.074 },
  { label: "ResNet-50", model: bottleneck(50), error: 0.2285, top5: 0.0671 },
  { label: "ResNet-101", model: bottleneck(101), error: 0.2175, top5: 0.0605 },
  { label: "ResNet-152", model: bottleneck(152), error: 0.2143, top5: 0.0571 },
];

const table4: readonly Values[] = [
  { label: "VGG (ILSVRC'14)", top5: 0.0843, note: "on the test set" },
  { label: "GoogLeNet (ILSVRC'14)", top5: 0.0789 },
  { label: "VGG (v5)", error: 0.244, top5: 0.071 },
  { label: "PReLU-net", error: 0.2159, top5: 0.0571 },
  { label: "BN-inception", error: 0.2199, top5: 0.0581 },
  { label: "ResNet-34 B", model: basic(34, "B"), error: 0.2184, top5: 0.0571 },
  { label: "ResNet-34 C", model: basic(34, "C"), error: 0.2153, top5: 0.056 },
  { label: "ResNet-50", model: bottleneck(50), error: 0.2074, top5: 0.0525 },
  { label: "ResNet-101", model: bottleneck(101), error: 0.1987, top5: 0.046 },
  { label: "ResNet-152", model: bottleneck(152), error: 0.1938, top5: 0.0449 },
];

const table5: readonly Values[] = [
  { label: "VGG (ILSVRC'14)", top5: 0.0732 },
  { label: "GoogLeNet (ILSVRC'14)", top5: 0.0666 },
  { label: "VGG (v5)", top5: 0.068 },
  { label: "PReLU-net", top5: 0.0494 },
  { label: "BN-inception", top5: 0.0482 },
  { label: "ResNet (ILSVRC'15)", top5: 0.0357 },
];

const table6: readonly Values[] = [
  { label: "Maxout", error: 0.0938 },
  { label: "NIN", error: 0.0881 },
  { label: "DSN", error: 0.0822 },
  { label: "FitNet-19", parameters: 2.5e6, error: 0.0839 },
  { label: "Highway-19", parameters: 2.3e6, error: 0.0754, mean: 0.0772, std: 0.0016 },
  { label: "Highway-32", parameters: 1.25e6, error: 0.088 },
  { label: "ResNet-20", model: cifar(20), parameters: 0.27e6, error: 0.0875 },
  { label: "ResNet-32", model: cifar(32), parameters: 0.46e6, error: 0.0751 },
  { label: "ResNet-44", model: cifar(44), parameters: 0.66e6, error: 0.0717 },
  { label: "ResNet-56", model: cifar(56), parameters: 0.85e6, error: 0.0697 },
  { label: "ResNet-110", model: cifar(110), parameters: 1.7e6, error: 0.0643, mean: 0.0661, std: 0.0016, runs: 5 },
  { label: "ResNet-1202", model: cifar(1202), parameters: 19.4e6, error: 0.0793 },
];

// Section 3.4. That the nets of an ensemble are tested as in Table 4 is our reading of "for best results".
const tenCrops = { crops: 10, scales: null } as const;
const multiScale = { crops: 1, scales: [224, 256, 384, 480, 640] } as const;

/** Tables 2 to 6, row by row in the paper's order. */
export const tables: readonly PaperRow[] = [
  ...rows(2, "ImageNet", "ImageNet validation, 10-crop top-1", table2, tenCrops),
  ...rows(3, "ImageNet", "ImageNet validation, 10-crop top-1", table3, tenCrops),
  ...rows(
    4,
    "ImageNet",
    "ImageNet validation, multi-scale fully-convolutional top-1, best single model",
    table4,
    multiScale,
  ),
  ...rows(5, "ImageNet", "ImageNet test, top-5 of ensembles", table5, multiScale),
  ...rows(6, "CIFAR-10", "CIFAR-10 test, single view, last iteration", table6),
];

function rows(
  table: number,
  dataset: PaperRow["dataset"],
  protocol: string,
  values: readonly Values[],
  looks?: PaperRow["looks"],
): PaperRow[] {
  return values.map((row) => ({
    ...row,
    reference: `table-${table}`,
    table: `Table ${table}`,
    dataset,
    protocol,
    ...(looks && { looks }),
    source: `${source}, Table ${table}`,
  }));
}
