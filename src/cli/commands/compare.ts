// `compare A B…`: what of their spec and provenance tells runs apart, and nothing that does not; then their numbers.

import { UserError } from "../../errors.ts";
import { decisiveDifferences, provenanceDifferences } from "../../records/differences.ts";
import type { RunRecord } from "../../records/record.ts";
import { findRecords } from "../arguments/find-run.ts";
import type { compare } from "../syntax/compare.ts";
import type { OptionsOf } from "../syntax/definition.ts";
import type { Io } from "../terminal/io.ts";
import { runMetrics } from "../terminal/run-metrics.ts";
import { sideBySide } from "../terminal/side-by-side.ts";

/** Prints what tells the runs apart. Always 0. @throws UserError for fewer than two runs, or a name that is not one run */
export async function compareCommand(
  names: readonly string[],
  options: OptionsOf<typeof compare>,
  io: Io,
): Promise<number> {
  const records = findRecords(names, options.results);
  if (records.length < 2) {
    throw new UserError(
      `Expected at least two runs to compare, got ${records.map(({ run }) => run.id).join("")} only.`,
      ["`resnet-exp ls` lists them."],
    );
  }
  const runs = records.map(({ run }) => run);
  const spec = decisiveDifferences(runs);
  const provenance = provenanceDifferences(runs);
  const metrics = records.map(runMetrics);
  if (options.json) {
    const rows = records.map(({ run, status }, i) => ({
      experiment: run.spec.experiment,
      id: run.id,
      state: status,
      metrics: Object.fromEntries(metrics[i]!.map(({ key, value }) => [key, value ?? null])),
    }));
    io.out(`${JSON.stringify({ runs: rows, spec, provenance }, undefined, 2)}\n`);
    return 0;
  }
  const titles = shortestNames(records);
  const numbers = metrics[0]!
    .map(({ name }, i) => ({ path: name, values: metrics.map((each) => each[i]!.text) }))
    .filter(({ values }) => values.some((value) => value !== "–"));
  const parts = [
    ["spec", spec],
    ["provenance", provenance],
    ["result", [{ path: "state", values: records.map(({ status }) => status) }, ...numbers]],
  ] as const;
  const texts = parts
    .filter(([, rows]) => rows.length > 0)
    .map(([title, rows]) => sideBySide(title, rows, titles, io.tableWidth, title === "result" ? "right" : undefined));
  if (spec.length === 0) texts.unshift("The specs are the same.\n");
  io.out(texts.join("\n"));
  return 0;
}

/** Labels where they tell the runs apart, with seeds where those do, else ids. */
function shortestNames(records: readonly RunRecord[]): string[] {
  const distinct = (names: readonly string[]) => new Set(names).size === names.length;
  const labels = records.map(({ run }) => run.spec.label);
  if (distinct(labels)) return labels;
  const seeded = records.map(({ run: { spec } }) => `${spec.label} seed ${spec.seed}`);
  if (distinct(seeded)) return seeded;
  const ids = records.map(({ run }) => run.id);
  return distinct(ids) ? ids : records.map(({ run }) => `${run.spec.experiment}/${run.id}`);
}
