// A figure as a Vega-Lite specification. It is written next to the picture for readers to edit, and draws the CSV of the
// same name.
import type { TopLevelSpec } from "vega-lite";
import type { Axis, AxisKind, Figure, Panel } from "./figure.ts";

/** Width and height of a plot, in pixels, without its axes. */
export const plotSize = { width: 270, height: 210 };
const grey = "#8c8c8c";
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
      legend: { title: null, labelFontSize: 11, symbolType: "stroke", symbolStrokeWidth: 3, orient: "top", offset: 4 },
      header: { labelFontSize: 11 },
      view: { stroke: "#888888" },
    },
    [figure.stacked ? "vconcat" : "hconcat"]: panels.map((panel) => panelSpec(figure, panel, only === undefined)),
  } as TopLevelSpec;
}

function panelSpec(figure: Figure, panel: Panel, legend: boolean) {
  const { dashed, bold } = figure;
  const isDashed = dashed ? `datum['${dashed.column}'] === '${dashed.value}'` : "false";
  const dash = { condition: { test: isDashed, value: [4, 3] }, value: [1, 0] };
  const width = (thin: number, thick: number) => ({ condition: { test: isDashed, value: thin }, value: thick });
  const lines = [{ field: "net" }, { field: "set" }];
  return {
    ...(legend && { title: { text: panel.title, fontSize: 12, fontWeight: "normal" as const } }),
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
        mark: { type: "line", clip: true, color: grey, opacity: 0.75 },
        encoding: {
          detail: lines,
          strokeDash: dash,
          strokeWidth: width(1, bold ? 1.6 : 1.2),
          description: { field: "line" },
        },
      },
      {
        transform: [{ filter: "datum.source === 'ours' && datum.runs > 1" }],
        mark: { type: "area", clip: true, opacity: 0.18 },
        encoding: {
          y: { field: "yLow", type: "quantitative" },
          y2: { field: "yHigh" },
          color: colour(panel),
          detail: [{ field: "set" }],
          description: { field: "line" },
        },
      },
      {
        // A line of one point would not be seen.
        transform: [
          { joinaggregate: [{ op: "count", as: "count" }], groupby: ["line"] },
          { filter: "datum.source === 'ours' && datum.count === 1" },
        ],
        mark: { type: "point", filled: true, opacity: 1, size: 40 },
        encoding: { color: colour(panel), description: { field: "line" } },
      },
      {
        transform: [{ filter: "datum.source === 'ours'" }],
        mark: { type: "line", clip: true },
        encoding: {
          color: { ...colour(panel), legend: legend ? { columns: legendColumns(panel), labelLimit: 0 } : null },
          detail: [{ field: "set" }],
          strokeDash: dash,
          strokeWidth: width(1.2, bold ? 2.4 : 1.6),
          description: { field: "line" },
        },
      },
    ],
    resolve: { scale: { color: "independent" as const }, legend: { color: "independent" as const } },
  };
}

function colour(panel: Panel) {
  return {
    field: "net",
    type: "nominal" as const,
    scale: { domain: panel.colours.map(({ net }) => net), range: panel.colours.map((each) => each.colour) },
    legend: null,
  };
}

// As many as fit beside each other above a plot.
function legendColumns({ colours }: Panel): number {
  const longest = Math.max(...colours.map(({ net }) => net.length));
  return longest > 24 ? 1 : longest > 12 ? 2 : 3;
}

function position(field: string, kind: AxisKind, { domain, ticks }: Axis) {
  return {
    field,
    type: "quantitative" as const,
    title: kind.title,
    scale: { domain: domain.map((value) => rounded(value / kind.unit)), nice: false, zero: false },
    axis: ticks
      ? { values: ticks.map((value) => rounded(value / kind.unit)) }
      : { tickCount: 6, tickMinStep: field === "x" ? 1 : 0.1 },
  };
}

// 0.29 / 0.01 is 28.999999999999996.
function rounded(value: number): number {
  return Number(value.toFixed(6));
}

function parsing({ x, y }: Figure) {
  return Object.fromEntries([x.column, y.column, "low", "high", "runs"].map((column) => [column, "number"]));
}
