// Figure 7: the standard deviations of layer responses, in the order of the layers and sorted, over the paper's in pale.
import { isSameNet } from "../../paper/lookup.ts";
import { responses } from "../../paper/responses.ts";
import { measuredResponses } from "../analysis/responses.ts";
import type { Setup } from "../analysis/setups.ts";
import { isResidual, type SummaryRow } from "../analysis/tabulate.ts";
import type { Axis, Figure, Point } from "./figure.ts";
import { layerStyles } from "./paper-figures.ts";
import { meanPoints, pointsCsv, scatterCaption, setupCaption } from "./points.ts";

const axes = {
  x: { column: "layer", title: "layer", unit: 1 },
  y: { column: "std", title: "standard deviation", unit: 1 },
};

/** Figure 7 of a set-up whose runs measured responses; undefined where none did. */
export function responseFigure(name: string, setup: Setup): Figure | undefined {
  const nets = setup.rows.flatMap((row) => {
    const measured = measuredResponses(row);
    return measured.length ? [{ row, measured }] : [];
  });
  if (nets.length === 0) return undefined;
  const panels = (["order", "magnitude"] as const).map((name) => ({
    name,
    points: nets.flatMap(({ row, measured }) => netPoints(name, row, measured)),
  }));
  const points = panels.flatMap((panel) => panel.points);
  const x: Axis = { domain: [0, Math.max(...points.map((point) => point.x))] };
  const [low, high] = [Math.min(0.5, least(points)), Math.max(3.5, most(points))];
  const y: Axis = { domain: [low, high], ...(low === 0.5 && high === 3.5 && { ticks: [1, 2, 3] }) };
  return {
    name,
    title: "Figure 7",
    caption: [
      setupCaption(
        setup,
        nets.map(({ row }) => row),
      ),
      ...scatterCaption(nets.map(({ row }) => row)),
      ...(points.some(({ source }) => source === "paper") ? ["pale: the paper's responses, CIFAR-10"] : []),
    ],
    panels: panels.map((panel) => ({
      name: panel.name,
      title: panel.name === "order" ? "in the order of the layers" : "sorted by magnitude",
      x,
      y,
      colours: layerStyles(nets.map(({ row }) => row)),
    })),
    ...axes,
    bothErrors: false,
    stretch: 1,
    csv: pointsCsv(points, axes),
  };
}

function netPoints(panel: "order" | "magnitude", row: SummaryRow, measured: readonly (readonly number[])[]): Point[] {
  const arrange = (stds: readonly number[]) => (panel === "order" ? stds : [...stds].sort((a, b) => b - a));
  const numbered = (stds: readonly number[]) => arrange(stds).map((y, i) => ({ x: i + 1, y }));
  const paper = responses.find(({ model }) => isSameNet(model, row.model));
  const line = { panel, net: row.label, set: isResidual(row) ? "residual" : "plain" };
  return [
    ...meanPoints(measured.map(numbered)).map((point): Point => ({ ...line, source: "ours", ...point })),
    ...numbered(paper?.stds ?? []).map((point): Point => ({ ...line, source: "paper", ...point })),
  ];
}

function least(points: readonly Point[]): number {
  return Math.floor(Math.min(...points.map(({ y, low }) => low ?? y)) * 10) / 10;
}

function most(points: readonly Point[]): number {
  return Math.ceil(Math.max(...points.map(({ y, high }) => high ?? y)) * 10) / 10;
}
