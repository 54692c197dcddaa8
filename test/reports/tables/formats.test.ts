// Every table of a report in every format, as files. After an intended change: npx vitest run formats --update
import { describe, expect, it } from "vitest";
import type { RunRecord } from "../../../src/records/record.ts";
import { listSetups } from "../../../src/reports/analysis/setups.ts";
import { tabulate } from "../../../src/reports/analysis/tabulate.ts";
import { architectureTable } from "../../../src/reports/tables/architecture-table.ts";
import { paperColumns, rowsOf } from "../../../src/reports/tables/paper-columns.ts";
import { paperTable } from "../../../src/reports/tables/paper-table.ts";
import { protocolColumns, protocolRows } from "../../../src/reports/tables/protocol-table.ts";
import { runColumns } from "../../../src/reports/tables/run-columns.ts";
import { experimentColumn, summaryColumns } from "../../../src/reports/tables/summary-columns.ts";
import type { Column } from "../../../src/text/column.ts";
import { everyFormat } from "../../helpers/table-formats.ts";
import { evaluated, evaluation, oneLook, tenCrops } from "../evaluated-records.ts";
import { doneRecord, failedRecord, fourNets, interruptedRecord, paperRun } from "../sample-records.ts";

const precise = { ...oneLook, statistics: "precise", statisticsBatches: 100 } as const;
const scales = { ...oneLook, scales: [32, 40, 48] };

/** Four nets of three seeds, of which two have no result yet; a net by other protocols, alone and in an ensemble. */
function study(): RunRecord[] {
  const deep = { label: "ResNet-34", model: { block: "basic", shortcut: "A", depth: 34 } };
  const [first, second] = [0, 1].map((seed) =>
    evaluated(
      doneRecord({ ...deep, seed }, 0.2, 0.31),
      [tenCrops, 0.29 + seed / 100, 0.1],
      [precise, 0.3, 0.11],
      [scales, 0.28, 0.09],
    ),
  ) as [RunRecord, RunRecord];
  const members = [first.run.id, second.run.id];
  const ensembles = [evaluation(first, tenCrops, 0.27, 0.08, members), evaluation(first, scales, 0.26, 0.07, members)];
  return [
    ...fourNets().filter(({ run }) => run.spec.label !== "ResNet-34"),
    ...fourNets({ seed: 1 }).filter(({ run }) => run.spec.label !== "ResNet-34"),
    { ...first, evaluations: [...first.evaluations, ...ensembles] },
    second,
    interruptedRecord({ seed: 2 }),
    failedRecord({ ...deep, seed: 2 }),
  ];
}

/** Runs by the paper's recipe for CIFAR-10, for the tables of single nets and of residual units. */
function paperStudy(): RunRecord[] {
  const gates = { shortcut: "exclusive-gating", weighing: { gateBias: -6 } };
  const order = { activation: "full-pre-activation" };
  const paper = ["table-6", "identity-mappings-table-1", "identity-mappings-table-2", "identity-mappings-table-3"];
  return [
    ...[0.065, 0.067, 0.066, 0.068, 0.064].map((error, seed) => doneRecord(paperRun(110, { seed }), 0.001, error)),
    doneRecord(paperRun(20, {}, "plain"), 0.01, 0.09),
    doneRecord(paperRun(110, { label: "ResNet-110 exclusive-gating", model: gates, paper }), 0.01, 0.0871),
    doneRecord(paperRun(110, { label: "ResNet-110 full-pre-activation", model: order, paper }), 0.01, 0.0637),
  ];
}

function paperRows(reference: string, runs: readonly RunRecord[]) {
  const table = paperTable(reference, listSetups(runs));
  if (!table) throw new Error("no table");
  return [paperColumns(table), table.parts.flatMap(rowsOf)] as const;
}

async function expectSnapshot<Row>(name: string, columns: readonly Column<Row>[], rows: readonly Row[]): Promise<void> {
  await expect(everyFormat(columns, rows)).toMatchFileSnapshot(`formats/${name}.txt`);
}

describe("each table in every format", () => {
  it("summary", async () => {
    const rows = tabulate([...study(), ...fourNets({ experiment: "other", training: { iterations: 60 } })]);
    await expectSnapshot("summary", [experimentColumn(rows), ...summaryColumns(rows)], rows);
  });

  it("runs", () => expectSnapshot("runs", runColumns, study()));

  it("protocols", async () => {
    const rows = listSetups(study()).flatMap(protocolRows);
    await expectSnapshot("protocols", protocolColumns(rows), rows);
  });

  it("Table 1", async () => {
    const { columns, rows } = architectureTable();
    await expectSnapshot("table-1", columns, rows);
  });

  it.each(["table-2", "table-3", "table-4", "table-5"])("%s", (name) =>
    expectSnapshot(name, ...paperRows(name, study())),
  );

  it.each(["table-6", "identity-mappings-table-1", "identity-mappings-table-2", "identity-mappings-table-3"])(
    "%s",
    (name) => expectSnapshot(name, ...paperRows(name, paperStudy())),
  );
});
