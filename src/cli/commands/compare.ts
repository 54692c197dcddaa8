// `compare A B…`: shows only the spec and provenance values that differ between runs, then their results.

import { UserError } from "../../errors.ts";
import { decisiveDifferences, provenanceDifferences } from "../../records/differences.ts";
import type { RunRecord } from "../../records/record.ts";
import { findRecords } from "../arguments/find-run.ts";
import type { compare } from "../syntax/compare.ts";
import type { OptionsOf } from "../syntax/definition.ts";
import type { Io } from "../terminal/io.ts";
import { runMetrics } from "../terminal/run-metrics.ts";
import { sideBySide } from "../terminal/side-by-side.ts";

/** Prints the differences between the runs. Always returns 0. @throws UserError for fewer than two runs, or a name that is not one run */
export async function compareCommand(
  names: readonly string[],
  options: OptionsOf<typeof compare>,
  io: Io,
): Promise<number> {
  const records = findRecords(names, options.results, io);
  if (records.length < 2) {
    throw new UserError(
      `Expected at least two runs to compare, got only ${records.map(({ run }) => run.id).join("")}.`,
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

/** Labels if they are distinct; else labels with seeds if those are distinct; else ids. */
function shortestNames(records: readonly RunRecord[]): string[] {
  const distinct = (names: readonly string[]) => new Set(names).size === names.length;
  const labels = records.map(({ run }) => run.spec.label);
  if (distinct(labels)) return labels;
  const seeded = records.map(({ run: { spec } }) => `${spec.label} seed ${spec.seed}`);
  if (distinct(seeded)) return seeded;
  const ids = records.map(({ run }) => run.id);
  return distinct(ids) ? ids : records.map(({ run }) => `${run.spec.experiment}/${run.id}`);
}
