// The figure of gradients: how large the gradients of each layer are during training, that is, whether learning signals
// reach the first layers (section 4.1). The paper calls them healthy and draws nothing. Norms are drawn as logarithms,
// because they span decades.
import type { Setup } from "../analysis/setups.ts";
import { isResidual, type SummaryRow } from "../analysis/tabulate.ts";
import type { Figure, Point } from "./figure.ts";
import { layerStyles } from "./paper-figures.ts";
import { meanPoints, pointsCsv, setupCaption } from "./points.ts";

const axes = {
  x: { column: "layer", title: "layer", unit: 1 },
  y: { column: "log10Norm", title: "log₁₀ of the gradient's norm", unit: 1 },
};

/** The gradients of a set-up at the first, the middle and the last measurement; undefined where there are fewer than two. */
export function gradientFigure(name: string, setup: Setup): Figure | undefined {
  const iterations = measuredIterations(setup);
  if (iterations.length < 2) return undefined;
  const [first, middle, last] = [0, 0.5, 1].map((share) => iterations[Math.round(share * (iterations.length - 1))]!);
  const panels = [...new Set([first!, middle!, last!])].map((iteration) => ({
    name: String(iteration),
    points: setup.rows.flatMap((row) => netPoints(iteration, row)),
  }));
  const points = panels.flatMap((panel) => panel.points);
  if (points.length === 0) return undefined;
  const ys = points.flatMap(({ y, low, high }) => [y, low ?? y, high ?? y]);
  const [low, high] = [Math.floor(Math.min(...ys)), Math.ceil(Math.max(...ys))];
  const ticks = Array.from({ length: high - low + 1 }, (_, i) => low + i);
  const nets = setup.rows.filter((row) => points.some(({ net }) => net === row.label));
  return {
    name,
    title: "Gradients of the layers",
    caption: [setupCaption(setup, nets), "L2 norm of the gradient of each layer's weights"],
    panels: panels.map((panel) => ({
      name: panel.name,
      title: `iteration ${panel.name}`,
      x: { domain: [0, Math.max(...points.map(({ x }) => x))] },
      y: { domain: [low, high], ticks },
      colours: layerStyles(nets),
    })),
    ...axes,
    bothErrors: false,
    stretch: 1,
    csv: pointsCsv(points, axes),
  };
}

function measuredIterations({ runs }: Setup): number[] {
  const all = runs.flatMap(({ metrics }) => metrics.flatMap(({ iteration, layers }) => (layers ? [iteration] : [])));
  return [...new Set(all)].sort((a, b) => a - b);
}

function netPoints(iteration: number, row: SummaryRow): Point[] {
  const series = row.runs.map(({ metrics }) => {
    const norms = metrics.find((metric) => metric.iteration === iteration)?.layers?.gradientNorm ?? [];
    return norms.map((norm, i) => ({ x: i + 1, y: Math.log10(norm) }));
  });
  const line = { panel: String(iteration), net: row.label, set: isResidual(row) ? "residual" : "plain" };
  return meanPoints(series, Number.NEGATIVE_INFINITY).map((point): Point => ({ ...line, source: "ours", ...point }));
}
