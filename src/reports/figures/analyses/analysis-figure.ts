// What the figures of all analyses share: lines of nets over an axis, each the mean over runs, with their captions.
import type { AnalysisName } from "../../../config/names.ts";
import { type FoundRow, rowsOfAnalysis } from "../../analysis/analysed.ts";
import type { Setup } from "../../analysis/setups.ts";
import { isResidual, type SummaryRow } from "../../analysis/tabulate.ts";
import type { Axis, AxisKind, Figure, Point } from "../figure.ts";
import { layerStyles } from "../paper-figures.ts";
import { meanPoints, pointsCsv, scatterCaption, setupCaption } from "../points.ts";

/** One value of a run: y at x, or several of which the mean is drawn. */
export interface Value {
  readonly x: number;
  readonly y: number;
  /** Of the lines of one net, which one it belongs to; by default there is one. */
  readonly line?: string;
}

export interface PanelContent {
  readonly name: string;
  readonly title: string;
  /** The values of one run from its rows. */
  readonly values: (rows: readonly FoundRow[]) => readonly Value[];
}

export interface AnalysisFigure {
  readonly analysis: AnalysisName;
  readonly title: string;
  /** What is drawn, and what others found, one entry a line. */
  readonly caption: readonly string[];
  readonly panels: readonly PanelContent[];
  readonly x: AxisKind;
  readonly y: AxisKind;
  /** The largest and smallest y where they are known; else from the values. */
  readonly yDomain?: Axis["domain"];
  /** Whether the axis of y begins at 0, so that equal values look equal. */
  readonly fromZero?: true;
  /** The least possible y, where the band of a standard deviation is cut off. Default 0. */
  readonly least?: number;
  readonly points?: true;
}

/** The axis of errors. */
export const errorAxis: AxisKind = { column: "error", title: "test error (%)", unit: 0.01 };

/** The figure of a set-up; undefined where no run has values for it. Runs count once at each x, by their own mean. */
export function analysisFigure(name: string, setup: Setup, content: AnalysisFigure): Figure | undefined {
  const { analysis, title, caption, x, y, least = 0 } = content;
  const points = content.panels.flatMap((panel) =>
    setup.rows.flatMap((row) => {
      const series = row.runs.map((run) => panel.values(rowsOfAnalysis(run, analysis)));
      const lines = [...new Set(series.flat().map(({ line }) => line))];
      return lines.flatMap((line) => {
        const own = series.map((values) => meansAtEachX(values.filter((value) => value.line === line)));
        const set = line ?? kindOf(row);
        return meanPoints(own, least).map(
          (point): Point => ({ panel: panel.name, net: row.label, set, source: "ours", ...point }),
        );
      });
    }),
  );
  if (points.length === 0) return undefined;
  const drawn = setup.rows.filter((row) => points.some(({ net }) => net === row.label));
  const panels = content.panels.filter((panel) => points.some((point) => point.panel === panel.name));
  return {
    name,
    title,
    caption: [setupCaption(setup, drawn), ...scatterCaption(drawn), ...caption],
    panels: panels.map((panel) => {
      const own = points.filter((point) => point.panel === panel.name);
      const xs = own.map((point) => point.x);
      const ys = own.flatMap((point) => [point.y, point.low ?? point.y, point.high ?? point.y]);
      if (content.fromZero) ys.push(0, 1.1 * Math.max(...ys));
      const nets = drawn.filter((row) => own.some(({ net }) => net === row.label));
      return {
        name: panel.name,
        title: panel.title,
        x: { domain: padded(Math.min(...xs), Math.max(...xs)) },
        y: { domain: content.yDomain ?? padded(Math.min(...ys), Math.max(...ys)) },
        colours: layerStyles(nets),
      };
    }),
    x,
    y,
    bothErrors: false,
    ...(content.points && { points: true }),
    stretch: 1,
    csv: pointsCsv(points, { x, y }),
  };
}

function kindOf(row: SummaryRow): string {
  return isResidual(row) ? "residual" : "plain";
}

function meansAtEachX(values: readonly Value[]): Value[] {
  return meanPoints([values], Number.NEGATIVE_INFINITY);
}

/** A domain is never empty. */
function padded(low: number, high: number): Axis["domain"] {
  return low < high ? [low, high] : [low - 1, high + 1];
}
