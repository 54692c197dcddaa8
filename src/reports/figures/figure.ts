// What a figure is before it is drawn: panels, colours and a CSV of its points. Drawing needs nothing else, so the same
// CSV gives the same picture.

/** One panel with its axes, in the units of the CSV: iterations or layers, and fractions or standard deviations. */
export interface Panel {
  /** As the CSV's column `panel` says it. */
  readonly name: string;
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  /** Its nets in the legend's order, with their colours. */
  readonly colours: readonly { readonly net: string; readonly colour: string }[];
}

export interface Axis {
  readonly domain: readonly [low: number, high: number];
  /** Where ticks and grid lines are; where the drawing program likes where not given. */
  readonly ticks?: readonly number[];
}

/** An axis over all panels: its column of the CSV, its title, and what the column is divided by for the labels. */
export interface AxisKind {
  readonly column: string;
  readonly title: string;
  readonly unit: number;
}

export interface Figure {
  /** Its files' name: "figure-4". */
  readonly name: string;
  readonly title: string;
  /** What is drawn and of which set-up; one entry a line. */
  readonly caption: readonly string[];
  readonly panels: readonly Panel[];
  readonly x: AxisKind;
  readonly y: AxisKind;
  /** The lines drawn thin and dashed: the column and its value; all others are solid. */
  readonly dashed?: { readonly column: string; readonly value: string };
  /** Whether solid lines are bold, as test errors are beside training errors. */
  readonly bold: boolean;
  /** What the x of the paper's points is multiplied by; 1 where ours trained as long. */
  readonly stretch: number;
  /** Panels below each other instead of side by side. */
  readonly stacked?: true;
  readonly csv: string;
}

/** A point of a line: what the lines of a figure's CSV hold. */
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
