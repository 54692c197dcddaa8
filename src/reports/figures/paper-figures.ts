// The layouts of Figures 1, 4 and 6: the nets and errors in each panel, and the paper's axes and colours.
import { curves, type PaperCurve } from "../../paper/curves.ts";
import { isResidual, type SummaryRow } from "../analysis/tabulate.ts";
import type { NetStyle } from "./figure.ts";

export interface PanelLayout {
  readonly name: string;
  readonly title: string;
  readonly nets: readonly string[];
  readonly sets: readonly ("train" | "test")[];
  /** In iterations. */
  readonly x: { readonly domain: readonly [number, number]; readonly ticks: readonly number[] };
  /** In fractions. */
  readonly y: { readonly domain: readonly [number, number]; readonly ticks: readonly number[] };
}

export interface FigureLayout {
  /** Iterations that the paper's nets were trained for. */
  readonly iterations: number;
  /** Points of a training curve. */
  readonly points: number;
  readonly panels: readonly PanelLayout[];
}

/** Colours by depth, as in the paper: its dark yellow, cyan, green, red, black and magenta. */
const depthColours: Readonly<Record<number, string>> = {
  18: "#00a5bf",
  20: "#a89400",
  32: "#00a5bf",
  34: "#d62020",
  44: "#0a8f2c",
  56: "#d62020",
  110: "#000000",
  1202: "#c020c0",
};

/** The nets of some rows with their colours by depth; `other` for a depth that the paper does not draw. */
export function netColours(rows: readonly SummaryRow[], other: string): NetStyle[] {
  return rows.map(({ label, model }) => ({ net: label, colour: depthColours[model.depth] ?? other }));
}

/** The same in figures of layers, which dash plain nets, as Figure 7 does. */
export function layerStyles(rows: readonly SummaryRow[]): NetStyle[] {
  return netColours(rows, "#1f6fb4").map((style, i) => (isResidual(rows[i]!) ? style : { ...style, dashed: true }));
}

const thousands = (...values: number[]) => values.map((value) => value * 10_000);
const percents = (...values: number[]) => values.map((value) => value / 100);
const cifarX = { domain: [0, 64_000], ticks: thousands(0, 1, 2, 3, 4, 5, 6) } as const;
const cifarY = { domain: [0, 0.2], ticks: percents(0, 5, 10, 20) } as const;
const figure1Y = { domain: [0, 0.2], ticks: percents(0, 10, 20) } as const;
const imagenetX = { domain: [0, 550_000], ticks: thousands(0, 10, 20, 30, 40, 50) } as const;
const imagenetY = { domain: [0.2, 0.63], ticks: percents(20, 30, 40, 50, 60) } as const;
const both = ["train", "test"] as const;
const two = ["plain-20", "plain-56"];
const plain = [20, 32, 44, 56].map((depth) => `plain-${depth}`);
const residual = [20, 32, 44, 56, 110].map((depth) => `ResNet-${depth}`);
const deepest = ["ResNet-110", "ResNet-1202"];

export const figureLayouts: Readonly<Record<string, FigureLayout>> = {
  "figure-1": {
    iterations: 64_000,
    points: 64,
    panels: [
      { name: "train", title: "training error", nets: two, sets: ["train"], x: cifarX, y: figure1Y },
      { name: "test", title: "test error", nets: two, sets: ["test"], x: cifarX, y: figure1Y },
    ],
  },
  "figure-4": {
    iterations: 600_000,
    points: 120,
    panels: [
      { name: "plain", title: "plain nets", nets: ["plain-18", "plain-34"], sets: both, x: imagenetX, y: imagenetY },
      { name: "residual", title: "ResNets", nets: ["ResNet-18", "ResNet-34"], sets: both, x: imagenetX, y: imagenetY },
    ],
  },
  "figure-6": {
    iterations: 64_000,
    points: 64,
    panels: [
      { name: "plain", title: "plain nets", nets: plain, sets: both, x: cifarX, y: cifarY },
      { name: "residual", title: "ResNets", nets: residual, sets: both, x: cifarX, y: cifarY },
      {
        name: "deepest",
        title: "110 and 1202 layers",
        nets: deepest,
        sets: both,
        x: { domain: [35_000, 64_000], ticks: thousands(4, 5, 6) },
        y: { domain: [0, 0.2], ticks: percents(0, 1, 5, 10, 20) },
      },
    ],
  },
};

/** The paper's curves of a figure for one net. */
export function paperCurves(reference: string, label: string): readonly PaperCurve[] {
  return curves.filter((curve) => curve.reference === reference && curve.label === label);
}
