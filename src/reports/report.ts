// Writes the tables, figures and page of one experiment from its runs. All of it can be deleted and made again.
// No clock and no engine: the same runs give the same bytes.
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { writeError, writeFileAtomically } from "../records/atomic-file.ts";
import type { RunRecord } from "../records/record.ts";
import { curvesCsv } from "./curves.ts";
import { drawFigure, renderPng } from "./figures/draw.ts";
import { figureSpec } from "./figures/spec.ts";
import { paperTableCsv, paperTableMarkdown } from "./paper-table.ts";
import { runsCsv } from "./runs-csv.ts";
import { describeStudy } from "./study.ts";
import { summaryMarkdown } from "./summary.ts";
import { summaryCsv } from "./summary-csv.ts";
import { tabulate } from "./tabulate.ts";

/**
 * Writes tables/*.{csv,md} and figures/*.{csv,svg,png,vl.json} under results/<experiment>.
 * @param runs all runs of the experiment, in the order of `readRuns`
 * @returns the files' paths
 * @throws UserError where they cannot be written
 */
export async function writeReport(results: string, experiment: string, runs: readonly RunRecord[]): Promise<string[]> {
  const study = describeStudy(experiment, runs);
  const paths: string[] = [];
  const write = (file: string, content: string | Buffer) => {
    const path = join(results, experiment, file);
    try {
      mkdirSync(dirname(path), { recursive: true });
    } catch (error) {
      throw writeError(path, error);
    }
    writeFileAtomically(path, content);
    paths.push(path);
  };
  write("tables/summary.csv", summaryCsv(tabulate(runs)));
  write("tables/summary.md", summaryMarkdown(experiment, runs));
  write("tables/runs.csv", runsCsv(runs));
  for (const table of study.tables) {
    write(`tables/${table.reference}.csv`, paperTableCsv(table));
    write(`tables/${table.reference}.md`, paperTableMarkdown(experiment, table));
  }
  write("figures/curves.csv", curvesCsv(runs));
  for (const figure of study.figures) {
    const { svg } = await drawFigure(figure);
    const png = await renderPng(svg);
    write(`figures/${figure.name}.csv`, figure.csv);
    write(`figures/${figure.name}.vl.json`, `${JSON.stringify(figureSpec(figure), undefined, 2)}\n`);
    write(`figures/${figure.name}.svg`, `${svg}\n`);
    write(`figures/${figure.name}.png`, png);
  }
  return paths;
}
