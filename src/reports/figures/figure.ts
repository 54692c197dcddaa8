// A figure before it is drawn: panels, colours and a CSV of its points. Drawing needs nothing else, so that the same CSV
// gives the same picture.

/** One panel with its axes, in the units of the CSV: iterations or layers, and fractions or standard deviations. */
export interface Panel {
  /** The panel's name in the CSV's column `panel`. */
  readonly name: string;
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  /** Its nets in the legend's order. */
  readonly colours: readonly NetStyle[];
}

/** How the lines of a net are drawn. */
export interface NetStyle {
  readonly net: string;
  readonly colour: string;
  /** Whether all its lines are dashed, as those of plain nets beside residual ones of the same depth. */
  readonly dashed?: true;
}

export interface Axis {
  readonly domain: readonly [low: number, high: number];
  /** Where ticks and grid lines are. Where absent, Vega chooses. */
  readonly ticks?: readonly number[];
}

/** An axis that all panels share: its column in the CSV, its title, and the number that values are divided by for labels. */
export interface AxisKind {
  readonly column: string;
  readonly title: string;
  readonly unit: number;
  readonly logarithmic?: true;
}

export interface Figure {
  /** The name of its files: "figure-4". */
  readonly name: string;
  readonly title: string;
  /** The set-up, and what is drawn of it; a line for each entry. */
  readonly caption: readonly string[];
  readonly panels: readonly Panel[];
  readonly x: AxisKind;
  readonly y: AxisKind;
  /** Whether panels have training errors, thin and dashed, beside test errors, solid and bold. */
  readonly bothErrors: boolean;
  /** Whether every value is marked with a point. Where absent, a line of one value is. */
  readonly points?: true;
  /** Whether the scatter of each value is a bar. Where absent, that of a line is a band. */
  readonly bars?: true;
  /** The number that x of the paper's points is multiplied by; 1 where our nets trained as long. */
  readonly stretch: number;
  readonly csv: string;
}

/** A point of a curve: one line of a figure's CSV. */
export interface Point {
  readonly panel: string;
  readonly net: string;
  readonly set: string;
  readonly source: "ours" | "paper";
  readonly x: number;
  /** The mean over runs. */
  readonly y: number;
  /** One standard deviation below and above, where there are several runs. */
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  readonly runs?: number;
}
