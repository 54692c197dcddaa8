// The training curves of one set-up as figures: the paper's figures that the experiment names, with our curves over the
// paper's in pale; or one figure of our own where it names none.

import { isSameNet } from "../../paper/lookup.ts";
import { grouped } from "../../text/quantities.ts";
import type { Setup } from "../analysis/setups.ts";
import type { SummaryRow } from "../analysis/tabulate.ts";
import type { Axis, Figure, Panel, Point } from "./figure.ts";
import { type FigureLayout, figureLayouts, netColours, type PanelLayout, paperCurves } from "./paper-figures.ts";
import { meanPoints, pointsCsv, scatterCaption, setupCaption, testErrors, trainErrors } from "./points.ts";

const error = { column: "error", title: "error (%)", unit: 0.01 };

/** Colours of nets for which the paper has no colour. */
export const palette = [
  ...["#1f6fb4", "#d9660a", "#2a8a3a", "#c22f3d", "#7a4fb0", "#8a5a44", "#c75ba8", "#6b6b6b"],
  ...["#9a9a10", "#1797a8", "#5b9bd5", "#f0a04b", "#74c476", "#e98b93", "#b39ddb", "#c4a484"],
];

/** A figure of the paper with the nets of a set-up; undefined where the set-up has none of its nets. */
export function paperFigure(reference: string, name: string, setup: Setup): Figure | undefined {
  const layout = figureLayouts[reference];
  if (!layout) return undefined;
  const iterations = setup.rows[0]?.iterations ?? layout.iterations;
  const stretch = iterations / layout.iterations;
  const panels = layout.panels.map((panel) => buildPanel(reference, layout, panel, setup, stretch));
  const drawn = panels.filter(({ points }) => points.some(({ source }) => source === "ours"));
  if (drawn.length === 0) return undefined;
  const opened = openedAxis(drawn);
  const axes = { x: iterationAxis(iterations), y: error };
  const dataset = reference === "figure-4" ? "ImageNet" : "CIFAR-10";
  return {
    name,
    title: `Figure ${reference.slice("figure-".length)}`,
    caption: [
      setupCaption(setup, setup.rows),
      ...scatterCaption(setup.rows),
      `pale: the paper's curves, ${dataset}, ${grouped(layout.iterations)} iterations${stretch === 1 ? "" : ", drawn to the same width"}`,
    ],
    panels: drawn.map(({ panel }) => (opened ? { ...panel, y: opened } : panel)),
    ...axes,
    bothErrors: reference !== "figure-1",
    stretch,
    csv: pointsCsv(
      drawn.flatMap(({ points }) => points),
      axes,
    ),
  };
}

/** Training and test error of all nets of a set-up, on axes that fit them. */
export function ownFigure(
  name: string,
  setup: Setup,
  nameOf: (row: SummaryRow) => string = ({ label }) => label,
): Figure | undefined {
  const iterations = setup.rows[0]?.iterations ?? 0;
  const shown = setup.rows.slice(0, palette.length);
  const nets = shown.map((row, i) => ({ net: nameOf(row), colour: palette[i % palette.length] ?? "#000000", row }));
  const panels = (["train", "test"] as const).map((set) => {
    const points = nets.flatMap(({ net, row }) => ourPoints(set, net, row, [set], 120));
    return { set, points };
  });
  const points = panels.flatMap((panel) => panel.points);
  if (points.length === 0) return undefined;
  const axes = { x: iterationAxis(iterations), y: error };
  return {
    name,
    title: "Training curves",
    caption: [
      setupCaption(setup, setup.rows),
      ...(shown.length < setup.rows.length ? [`the first ${shown.length} of ${setup.rows.length} nets`] : []),
      ...scatterCaption(shown),
    ],
    panels: panels.map((panel) => ({
      name: panel.set,
      title: panel.set === "train" ? "training error" : "test error",
      x: { domain: [0, iterations] },
      y: { domain: [0, upTo(points, 0)] },
      colours: nets.map(({ net, colour }) => ({ net, colour })),
    })),
    ...axes,
    bothErrors: false,
    stretch: 1,
    csv: pointsCsv(points, axes),
  };
}

function buildPanel(
  reference: string,
  layout: FigureLayout,
  panel: PanelLayout,
  setup: Setup,
  stretch: number,
): { panel: Panel; points: Point[] } {
  const from = panel.x.domain[0];
  const found = panel.nets.flatMap((label) => {
    const lines = paperCurves(reference, label);
    const row = setup.rows.find(({ model }) => lines[0] && isSameNet(lines[0].model, model));
    return row ? [{ label, lines, row }] : [];
  });
  const ours = found.flatMap(({ row }) => ourPoints(panel.name, row.label, row, panel.sets, layout.points));
  const papers = found.flatMap(({ lines, row }) =>
    lines.flatMap(({ set, points }): Point[] => {
      const kind = set === "train" ? "train" : "test";
      if (!panel.sets.includes(kind)) return [];
      return points.flatMap(({ iteration, error: y }) =>
        y === null ? [] : [{ panel: panel.name, net: row.label, set: kind, source: "paper", x: iteration, y }],
      );
    }),
  );
  const inside = [...ours.filter(({ x }) => x >= from * stretch), ...papers.filter(({ x }) => x >= from)];
  return {
    points: inside,
    panel: {
      name: panel.name,
      title: panel.title,
      x: stretch === 1 ? panel.x : { domain: [from * stretch, layout.iterations * stretch] },
      y: panel.y,
      colours: netColours(
        found.map(({ row }) => row),
        "#000000",
      ),
    },
  };
}

function ourPoints(
  panel: string,
  net: string,
  row: SummaryRow,
  sets: readonly ("train" | "test")[],
  count: number,
): Point[] {
  return sets.flatMap((set) =>
    meanPoints(row.runs.map((run) => (set === "train" ? trainErrors(run, count) : testErrors(run)))).map(
      (point): Point => ({ panel, net, set, source: "ours", ...point }),
    ),
  );
}

// One y axis for all panels where our errors in the second half of training, after the first drop of the rate, lie outside the
// paper's.
function openedAxis(panels: readonly { readonly panel: Panel; readonly points: readonly Point[] }[]): Axis | undefined {
  const ours = panels.flatMap(({ points }) => points).filter(({ source }) => source === "ours");
  const domains = panels.map(({ panel }) => panel.y.domain);
  const edges = [Math.min(...domains.map(([low]) => low)), Math.max(...domains.map(([, high]) => high))] as const;
  const end = Math.max(...ours.map(({ x }) => x));
  if (ours.every(({ x, y }) => x <= end / 2 || (edges[0] <= y && y <= edges[1]))) return undefined;
  const low = Math.max(0, Math.min(edges[0], ...ours.map(({ y, low }) => Math.floor((low ?? y) * 10) / 10)));
  return { domain: [low, Math.max(edges[1], upTo(ours, 0.1))] };
}

// The next tenth above all errors, except in the first part of training, which begins near chance.
function upTo(points: readonly Point[], firstPart: number): number {
  const end = Math.max(...points.map(({ x }) => x));
  const later = points.filter(({ x }) => x >= firstPart * end);
  return Math.min(1, Math.ceil(Math.max(...later.map(({ y, high }) => high ?? y)) * 10) / 10);
}

function iterationAxis(iterations: number): Figure["x"] {
  // The paper counts in 1e4.
  return iterations >= 50_000
    ? { column: "iteration", title: "iterations (1e4)", unit: 10_000 }
    : { column: "iteration", title: "iterations", unit: 1 };
}
