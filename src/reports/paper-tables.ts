// Our numbers in the layout of the paper's tables, one CSV for each reference of an experiment that has a known layout.
import { paperRows } from "../paper/lookup.ts";
import { type Cell, csvText } from "./csv.ts";
import { groupBy } from "./group.ts";
import type { SummaryRow } from "./tabulate.ts";

/** The CSV text of a table of the paper, ours beside it, once for each set-up; undefined for a reference without a layout. */
export function paperTable(reference: string, rows: readonly SummaryRow[]): string | undefined {
  if (reference === "table-2") return table2(rows);
  if (reference === "table-3" || reference === "table-4" || reference === "table-6") return byMethod(reference, rows);
  return undefined;
}

// Depth by depth, plain beside residual.
function table2(rows: readonly SummaryRow[]): string {
  const papers = paperRows("table-2");
  const lines = setups(rows).flatMap((setup) =>
    [18, 34].map((depth) => {
      const [plain, residual] = ["plain", "basic"].map((block) => {
        const paper = papers.find(({ model }) => model?.depth === depth && model.block === block);
        return { paper, ours: setup.find(({ model }) => paper?.model && isNet(paper.model, model)) };
      });
      return {
        ...setupCells(setup),
        layers: depth,
        plainRuns: plain?.ours?.testError?.count,
        plainTrainError: plain?.ours?.trainError?.mean,
        plainTestError: plain?.ours?.testError?.mean,
        residualRuns: residual?.ours?.testError?.count,
        residualTrainError: residual?.ours?.trainError?.mean,
        residualTestError: residual?.ours?.testError?.mean,
        paperPlainError: plain?.paper?.error,
        paperResidualError: residual?.paper?.error,
        paperMeasures: plain?.paper?.protocol,
      };
    }),
  );
  return csvText(
    [
      "dataset",
      "iterations",
      "layers",
      "plainRuns",
      "plainTrainError",
      "plainTestError",
      "residualRuns",
      "residualTrainError",
      "residualTestError",
      "paperPlainError",
      "paperResidualError",
      "paperMeasures",
    ],
    lines,
  );
}

// Every method of the paper's table in its order, ours where it was trained.
function byMethod(reference: string, rows: readonly SummaryRow[]): string {
  const lines = setups(rows).flatMap((setup) =>
    paperRows(reference).map((paper) => {
      const ours = setup.find(({ model }) => paper.model && isNet(paper.model, model));
      return {
        ...setupCells(setup),
        method: paper.label,
        layers: paper.model?.depth,
        paperParameters: paper.parameters,
        paperError: paper.error,
        paperTop5Error: paper.top5,
        paperMean: paper.mean,
        paperStd: paper.std,
        paperMeasures: paper.protocol,
        runs: ours?.testError?.count,
        testErrorMean: ours?.testError?.mean,
        testErrorStd: ours?.testError?.std,
        trainErrorMean: ours?.trainError?.mean,
      };
    }),
  );
  return csvText(
    [
      "dataset",
      "iterations",
      "method",
      "layers",
      "paperParameters",
      "paperError",
      "paperTop5Error",
      "paperMean",
      "paperStd",
      "paperMeasures",
      "runs",
      "testErrorMean",
      "testErrorStd",
      "trainErrorMean",
    ],
    lines,
  );
}

function setups(rows: readonly SummaryRow[]): SummaryRow[][] {
  return [...groupBy(rows, ({ setup }) => setup).values()];
}

function setupCells([first]: readonly SummaryRow[]): { dataset: Cell; iterations: Cell } {
  return { dataset: first?.dataset, iterations: first?.iterations };
}

function isNet(paper: NonNullable<ReturnType<typeof paperRows>[number]["model"]>, ours: SummaryRow["model"]): boolean {
  return (
    paper.family === ours.family &&
    paper.depth === ours.depth &&
    paper.block === ours.block &&
    paper.shortcut === ours.shortcut
  );
}
