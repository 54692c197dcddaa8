// A figure as a Vega-Lite specification. It is written next to the picture for readers to edit, and draws the CSV of the
// same name.
import type { TopLevelSpec } from "vega-lite";
import type { Axis, AxisKind, Figure, Panel } from "./figure.ts";

/** Width and height of a plot, in pixels, without its axes. */
export const plotSize = { width: 270, height: 210 };
/** How much the paper's lines cover of what is behind them; ours cover all. */
const pale = 0.4;
const solid = [1, 0];
const dashed = [4, 3];
const font = "Helvetica, Arial, sans-serif";

/**
 * The specification of a figure, its panels side by side.
 * @param only the only panel to draw, without title and legend; the page has its own
 */
export function figureSpec(figure: Figure, only?: Panel): TopLevelSpec {
  const head = only
    ? {}
    : {
        title: {
          text: figure.title,
          subtitle: [...figure.caption],
          anchor: "start",
          fontSize: 14,
          subtitleFontSize: 11,
          subtitleColor: "#555555",
          offset: 10,
        },
      };
  const panels = only ? [only] : figure.panels;
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    ...head,
    background: "#ffffff",
    padding: 8,
    data: { url: `${figure.name}.csv`, format: { type: "csv", parse: parsing(figure) } },
    config: {
      font,
      axis: { labelFontSize: 10, titleFontSize: 11, titleFontWeight: "normal", gridColor: "#e4e4e4", tickSize: 4 },
      legend: {
        title: null,
        labelFontSize: 11,
        labelLimit: 0,
        symbolType: "stroke",
        symbolSize: 400,
        symbolStrokeWidth: 2.4,
        offset: 4,
      },
      header: { labelFontSize: 11 },
      view: { stroke: "#888888" },
    },
    hconcat: panels.map((panel) => panelSpec(figure, panel, only ? undefined : legendsOf(figure, panel))),
  } as TopLevelSpec;
}

/** Legends that a panel has; those that are absent belong to another panel, or the page has them. */
interface Legends {
  readonly nets?: object;
  readonly errors?: object;
  readonly sources?: object;
}

// Nets of one panel only are named above it. What all panels share is said once, to the right of the last.
function legendsOf(figure: Figure, panel: Panel): Legends {
  const isShared = sharedNets(figure) !== undefined;
  const isLast = panel === figure.panels.at(-1);
  const right = { orient: "right", columns: 1, offset: 12, symbolStrokeColor: "#444444" };
  return {
    ...(!isShared && { nets: { orient: "top", columns: legendColumns(panel) } }),
    ...(isShared && isLast && { nets: { orient: "right", columns: 1, offset: 12 } }),
    ...(isLast &&
      figure.bothErrors && {
        errors: { ...right, labelExpr: labels({ test: "test error", train: "training error" }) },
      }),
    ...(isLast &&
      hasPaper(figure) && { sources: { ...right, labelExpr: labels({ ours: "ours", paper: "the paper's" }) } }),
  };
}

/** The nets of every panel, where there are several panels and all have the same. */
export function sharedNets({ panels }: Figure): Panel["colours"] | undefined {
  const names = panels.map(({ colours }) => colours.map(({ net }) => net).join("\n"));
  return panels.length > 1 && new Set(names).size === 1 ? panels[0]?.colours : undefined;
}

/** Whether a figure has lines of the paper. */
export function hasPaper({ csv }: Figure): boolean {
  return csv.includes(",paper,");
}

function labels(names: Readonly<Record<string, string>>): string {
  return `${JSON.stringify(names)}[datum.label]`;
}

/** @param legends none for a page, which has title and legends of its own */
function panelSpec(figure: Figure, panel: Panel, legends: Legends | undefined) {
  const { bothErrors } = figure;
  const width = (thin: number, thick: number) => ({
    condition: { test: bothErrors ? "datum.set === 'train'" : "false", value: thin },
    value: thick,
  });
  const color = colour(panel, undefined);
  return {
    ...(legends && { title: { text: panel.title, fontSize: 12, fontWeight: "normal" as const } }),
    ...plotSize,
    transform: [
      { filter: `datum.panel === '${panel.name}'` },
      {
        calculate: `datum['${figure.x.column}'] * (datum.source === 'paper' ? ${figure.stretch} : 1) / ${figure.x.unit}`,
        as: "x",
      },
      { calculate: `datum['${figure.y.column}'] / ${figure.y.unit}`, as: "y" },
      { calculate: `datum.low / ${figure.y.unit}`, as: "yLow" },
      { calculate: `datum.high / ${figure.y.unit}`, as: "yHigh" },
      { calculate: "datum.net + ', ' + datum.set + ', ' + datum.source", as: "line" },
    ],
    encoding: { x: position("x", figure.x, panel.x), y: position("y", figure.y, panel.y) },
    layer: [
      {
        transform: [{ filter: "datum.source === 'paper'" }],
        mark: { type: "line", clip: true },
        encoding: { ...lines(figure, panel, {}), strokeWidth: width(1.2, bothErrors ? 2 : 1.4) },
      },
      {
        transform: [{ filter: "datum.source === 'ours' && datum.runs > 1" }],
        mark: figure.bars ? { type: "rule", clip: true } : { type: "area", clip: true, opacity: 0.18 },
        encoding: {
          y: { field: "yLow", type: "quantitative" },
          y2: { field: "yHigh" },
          color,
          detail: [{ field: "set" }],
          description: { field: "line" },
        },
      },
      {
        // A line of one point would not be seen.
        transform: [
          { joinaggregate: [{ op: "count", as: "count" }], groupby: ["line"] },
          { filter: `datum.source === 'ours'${figure.points ? "" : " && datum.count === 1"}` },
        ],
        mark: { type: "point", filled: true, opacity: 1, size: 40 },
        encoding: { color, description: { field: "line" } },
      },
      {
        transform: [{ filter: "datum.source === 'ours'" }],
        mark: { type: "line", clip: true },
        encoding: { ...lines(figure, panel, legends ?? {}), strokeWidth: width(1.2, bothErrors ? 2.4 : 1.6) },
      },
    ],
    resolve: { scale: ofEachLayer, legend: ofEachLayer },
  };
}

const ofEachLayer = { color: "independent", strokeDash: "independent", opacity: "independent" } as const;

/** How lines differ: the net by its colour, the error or the kind of net by dashes, the paper's by being pale. */
function lines(figure: Figure, panel: Panel, { nets, errors, sources }: Legends) {
  const styles = panel.colours.map((each) => (each.dashed ? dashed : solid));
  const dash = figure.bothErrors
    ? nominal("set", ["test", "train"], [solid, dashed], errors)
    : nominal("net", netsOf(panel), styles, nets);
  return {
    color: colour(panel, nets),
    strokeDash: styles.includes(dashed) || figure.bothErrors ? dash : { value: solid },
    opacity: { ...nominal("source", ["ours", "paper"], [1, pale], sources), type: "ordinal" as const },
    detail: [{ field: "set" }],
    description: { field: "line" },
  };
}

function colour(panel: Panel, legend: object | undefined) {
  const colours = panel.colours.map((each) => each.colour);
  return nominal("net", netsOf(panel), colours, legend);
}

function nominal(field: string, domain: readonly string[], range: readonly unknown[], legend: object | undefined) {
  return {
    field,
    type: "nominal" as const,
    scale: { domain: [...domain], range: [...range] },
    legend: legend ?? null,
  };
}

function netsOf({ colours }: Panel): string[] {
  return colours.map(({ net }) => net);
}

// As many as fit beside each other above a plot.
function legendColumns({ colours }: Panel): number {
  const longest = Math.max(...colours.map(({ net }) => net.length));
  if (longest > 24) return 1;
  // Four in two rows of two.
  return longest > 12 || colours.length === 4 ? 2 : 3;
}

function position(field: string, kind: AxisKind, { domain, ticks }: Axis) {
  return {
    field,
    type: "quantitative" as const,
    title: kind.title,
    scale: {
      domain: domain.map((value) => rounded(value / kind.unit)),
      nice: false,
      ...(kind.logarithmic ? { type: "log" as const } : { zero: false }),
    },
    axis: ticks
      ? {
          values: ticks.map((value) => rounded(value / kind.unit)),
          // Else Vega leaves out what is no power of ten.
          ...(kind.logarithmic && { labelExpr: "'' + datum.value" }),
        }
      : { tickCount: 6, tickMinStep: field === "x" && domain[1] - domain[0] >= kind.unit ? 1 : 0.1 },
  };
}

// 0.29 / 0.01 is 28.999999999999996.
function rounded(value: number): number {
  return Math.abs(value) < 0.001 ? Number(value.toPrecision(6)) : Number(value.toFixed(6));
}

function parsing({ x, y }: Figure) {
  return Object.fromEntries([x.column, y.column, "low", "high", "runs"].map((column) => [column, "number"]));
}
