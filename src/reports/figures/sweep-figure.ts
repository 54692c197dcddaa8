// The figure of a sweep: the final errors against the axis with the most numbers, a line for each setting of the other axes.
// Where no line has several numbers, all settings side by side. Where no axis has numbers, the training curves of all settings.
import { shortKey } from "../../config/axis-text.ts";
import { groupBy } from "../analysis/group.ts";
import { axisTitle, axisValue, axisWords, type Sweep, type SweepAxis } from "../analysis/sweeps.ts";
import type { SummaryRow } from "../analysis/tabulate.ts";
import { ownFigure, palette } from "./curve-figures.ts";
import type { Axis, AxisKind, Figure, Point } from "./figure.ts";
import { pointsCsv, scatterCaption, setupCaption } from "./points.ts";

const error = { column: "error", title: "error (%)", unit: 0.01 };
/** The axis is logarithmic where its largest value is at least this many times the smallest. */
const logarithmicFrom = 8;
/** The space before the first and after the last value, as a share of the axis. */
const margin = 0.06;

/** The figure of a sweep; undefined where no run is done. */
export function sweepFigure(name: string, sweep: Sweep): Figure | undefined {
  const across = sweep.axes.filter(({ isNumeric }) => isNumeric).toSorted((a, b) => b.count - a.count)[0];
  if (!across) return ownFigure(name, sweep, (row) => settingName(row, sweep.axes));
  const others = sweep.axes.filter((axis) => axis !== across);
  const lineOf = (row: SummaryRow) => settingName(row, others) || row.label.split(" ")[0] || row.label;
  const lines = groupBy(sweep.rows, lineOf);
  // Where each line has one value of the axis, its numbers only go along with other differences.
  const isLine = [...lines.values()].some(
    (rows) => new Set(rows.map((row) => axisValue(row, across.paths[0]))).size > 1,
  );
  return isLine ? acrossAxis(name, sweep, across, lineOf) : inOrder(name, sweep);
}

/** Against the values of an axis. */
function acrossAxis(
  name: string,
  sweep: Sweep,
  across: SweepAxis,
  lineOf: (row: SummaryRow) => string,
): Figure | undefined {
  const [path] = across.paths;
  const placed = sweep.rows.map((row) => ({ row, net: lineOf(row), x: Number(axisValue(row, path)) }));
  const values = [...new Set(placed.filter(hasErrors).map(({ x }) => x))].sort((a, b) => a - b);
  const x = horizontal(across, values);
  const axis = { domain: around(values, x), ticks: values };
  return errorFigure(name, sweep, placed, { title: `Error against ${x.title}`, x, axis });
}

/** Side by side, the lowest test error first. */
function inOrder(name: string, sweep: Sweep): Figure | undefined {
  const order = sweep.rows
    .filter(({ testError }) => testError !== undefined)
    .toSorted((a, b) => a.testError!.mean - b.testError!.mean);
  const placed = order.map((row, i) => ({ row, net: `${i + 1}: ${row.label}`, x: i + 1 }));
  const values = placed.map(({ x }) => x).slice(0, palette.length);
  return errorFigure(name, sweep, placed, {
    title: "Error of each net",
    x: { column: "place", title: "place by test error", unit: 1 },
    axis: { domain: [0.5, values.length + 0.5], ticks: values },
    bars: true,
  });
}

/** A row of the summary with the net that it belongs to in the legend, and its place on the axis. */
interface Placed {
  readonly row: SummaryRow;
  readonly net: string;
  readonly x: number;
}

const hasErrors = ({ row: { trainError, testError } }: Placed) =>
  [trainError, testError].some((found) => found && Number.isFinite(found.mean));

function errorFigure(
  name: string,
  sweep: Sweep,
  placed: readonly Placed[],
  layout: Pick<Figure, "title" | "x" | "bars"> & { readonly axis: Axis },
): Figure | undefined {
  const all = [...new Set(placed.map(({ net }) => net))];
  const nets = all.slice(0, palette.length);
  const shown = placed.filter(({ net }) => nets.includes(net));
  const panels = (["train", "test"] as const).map((set) => ({
    set,
    points: shown.flatMap(({ row, net, x }): Point[] => {
      const found = set === "train" ? row.trainError : row.testError;
      if (!found || !Number.isFinite(found.mean)) return [];
      const { mean, std, count } = found;
      const band = std === undefined ? {} : { low: Math.max(0, mean - std), high: mean + std };
      return [{ panel: set, net, set, source: "ours", x, y: mean, ...band, runs: count }];
    }),
  }));
  const points = panels.flatMap((panel) => panel.points);
  if (points.length === 0) return undefined;
  const { axis, ...head } = layout;
  const axes = { x: head.x, y: error };
  return {
    name,
    ...head,
    caption: [
      setupCaption(sweep, sweep.rows),
      ...(nets.length < all.length ? [`the first ${nets.length} of ${all.length} lines`] : []),
      ["errors at the end of training", ...scatterCaption(sweep.rows)].join(", "),
    ],
    panels: panels.map(({ set }) => ({
      name: set,
      title: set === "train" ? "training error" : "test error",
      x: axis,
      y: { domain: errorDomain(points) },
      colours: nets.map((net, i) => ({ net, colour: palette[i] ?? "#000000" })),
    })),
    y: error,
    bothErrors: false,
    points: true,
    stretch: 1,
    csv: pointsCsv(points, axes),
  };
}

/** "batchSize=64 initial=0.1", as labels of runs have it. */
function settingName(row: SummaryRow, axes: readonly SweepAxis[]): string {
  const paths = axes.flatMap((axis) => axis.paths);
  return paths.map((path) => `${shortKey(path, paths)}=${axisWords(row, path)}`).join(" ");
}

function horizontal({ paths: [path, ...others] }: SweepAxis, values: readonly number[]): AxisKind {
  const [least = 0, most = 0] = [values[0], values.at(-1)];
  const together = others.length > 0 ? ` (with ${others.map(axisTitle).join(", ")})` : "";
  return {
    // Vega takes a dot in a name for a path.
    column: axisTitle(path).replaceAll(".", " "),
    title: `${axisTitle(path)}${together}`,
    unit: 1,
    ...(least > 0 && most >= logarithmicFrom * least && { logarithmic: true as const }),
  };
}

/** From a little below the first value to a little above the last. */
function around(values: readonly number[], { logarithmic }: AxisKind): Axis["domain"] {
  const [first = 0, last = 0] = [values[0], values.at(-1)];
  if (logarithmic) {
    const factor = (last / first) ** margin;
    return [first / factor, last * factor];
  }
  const space = (last - first || Math.abs(first) || 1) * margin;
  return [first - space, last + space];
}

/** Steps of five points below and above all errors. */
function errorDomain(points: readonly Point[]): Axis["domain"] {
  const low = Math.floor(Math.min(...points.map(({ y, low = y }) => low)) * 20) / 20;
  const high = Math.ceil(Math.max(...points.map(({ y, high = y }) => high)) * 20) / 20;
  return [low, Math.max(high, low + 0.05)];
}
