// The columns of the summary, which has a row for each net and set-up. Errors are percent for people and fractions in data.
import type { Column } from "../../text/column.ts";
import { percent } from "../../text/quantities.ts";
import { groupBy } from "../analysis/group.ts";
import { interval } from "../analysis/statistics.ts";
import type { SummaryRow } from "../analysis/tabulate.ts";
import { protocolWords } from "../protocol-words.ts";
import { deviationsText, meanText, points } from "./format.ts";

/** The columns for some rows. The rows may belong to several experiments. */
export function summaryColumns(rows: readonly SummaryRow[]): Column<SummaryRow>[] {
  const severalSetups = experimentsOfSeveral(rows);
  return [
    { title: "net", text: ({ label }) => label, data: { label: ({ label }) => label } },
    {
      data: {
        family: ({ model }) => model.family,
        depth: ({ model }) => model.depth,
        block: ({ model }) => model.block,
        shortcut: ({ model }) => model.shortcut,
        width: ({ model }) => model.width,
      },
    },
    {
      title: "images",
      importance: 6,
      text: ({ experiment, dataset }) => (severalSetups.has(experiment) ? dataset : ""),
      data: { dataset: ({ dataset }) => dataset },
    },
    {
      title: "iterations",
      align: "right",
      importance: 4,
      text: ({ experiment, iterations }) => (severalSetups.has(experiment) ? String(iterations) : ""),
      data: { iterations: ({ iterations }) => iterations },
    },
    {
      title: "runs",
      align: "right",
      importance: 3,
      text: (row) =>
        row.unfinishedRuns ? `${doneRuns(row)} of ${doneRuns(row) + row.unfinishedRuns}` : `${doneRuns(row)}`,
      data: { runs: doneRuns, unfinishedRuns: ({ unfinishedRuns }) => unfinishedRuns },
    },
    {
      title: "train error",
      align: "right",
      text: ({ trainError }) => meanText(trainError),
      data: {
        trainErrorMean: ({ trainError }) => trainError?.mean,
        trainErrorStd: ({ trainError }) => trainError?.std,
      },
    },
    {
      title: "test error",
      align: "right",
      text: ({ testError }) => meanText(testError),
      data: {
        testErrorMean: ({ testError }) => testError?.mean,
        testErrorStd: ({ testError }) => testError?.std,
        // The 95 % interval.
        testErrorLow: ({ testError }) => testError && interval(testError)?.[0],
        testErrorHigh: ({ testError }) => testError && interval(testError)?.[1],
      },
    },
    {
      title: "best test",
      align: "right",
      importance: 1,
      text: ({ bestTestError }) => meanText(bestTestError),
      data: { bestTestErrorMean: ({ bestTestError }) => bestTestError?.mean },
    },
    {
      title: "paper's protocol",
      align: "right",
      importance: 6,
      text: ({ judged }) => (judged ? meanText(judged.error) : ""),
    },
    {
      title: "paper train",
      align: "right",
      importance: 2,
      text: ({ paperTrainError }) => (paperTrainError === undefined ? "" : percent(paperTrainError)),
    },
    {
      title: "paper",
      align: "right",
      importance: 8,
      text: ({ paper, paperError }) => (paper?.fails ? "fails" : paperError === undefined ? "" : percent(paperError)),
      data: {
        paperReference: ({ paper }) => paper?.reference,
        paperError: ({ paperError }) => paperError,
        paperTrainError: ({ paperTrainError }) => paperTrainError,
        paperMeasures: ({ paper }) => paper?.protocol,
      },
    },
    ...(rows.some(({ reference }) => reference) ? referenceColumns : []),
    {
      title: "difference",
      align: "right",
      importance: 5,
      text: ({ judgement }) => points(judgement?.difference),
      data: { difference: ({ judgement }) => judgement?.difference },
    },
    {
      title: "verdict",
      importance: 7,
      mark: true,
      text: ({ judgement }) => judgement?.verdict ?? "",
      data: { verdict: ({ judgement }) => judgement?.verdict, reason: ({ judgement }) => judgement?.reason },
    },
    {
      title: "grade",
      importance: 2,
      mark: true,
      text: ({ grade }) => grade,
      data: {
        grade: ({ grade }) => grade,
        deviations: ({ deviations }) => deviationsText(deviations),
      },
    },
    ...(rows.some(({ judged }) => judged) ? [judgedFields] : []),
  ];
}

/** The experiment's name. People see it only where there are several experiments. */
export function experimentColumn(rows: readonly SummaryRow[]): Column<SummaryRow> {
  const several = new Set(rows.map(({ experiment }) => experiment)).size > 1;
  return {
    title: "experiment",
    importance: 7,
    text: ({ experiment }) => (several ? experiment : ""),
    data: { experiment: ({ experiment }) => experiment },
  };
}

/** What the project measured in the same set-up. */
const referenceColumns: readonly Column<SummaryRow>[] = [
  {
    title: "reference train",
    align: "right",
    importance: 0,
    text: ({ reference }) => (reference ? meanText(reference.trainError) : ""),
  },
  {
    title: "reference",
    align: "right",
    importance: 6,
    text: ({ reference }) => (reference ? meanText(reference.testError) : ""),
    data: {
      referenceRuns: ({ reference }) => reference?.testError?.count,
      referenceTrainErrorMean: ({ reference }) => reference?.trainError?.mean,
      referenceTestErrorMean: ({ reference }) => reference?.testError?.mean,
      referenceTestErrorStd: ({ reference }) => reference?.testError?.std,
    },
  },
];

/** The error that was compared with the paper's, where it was measured by the paper's protocol. */
const judgedFields: Column<SummaryRow> = {
  data: {
    judgedProtocol: ({ judged, cropped = false }) => judged?.protocol && protocolWords(judged.protocol, cropped),
    judgedRuns: ({ judged }) => judged?.error?.count,
    judgedMean: ({ judged }) => judged?.error?.mean,
    judgedStd: ({ judged }) => judged?.error?.std,
  },
};

function doneRuns({ testError }: SummaryRow): number {
  return testError?.count ?? 0;
}

function experimentsOfSeveral(rows: readonly SummaryRow[]): ReadonlySet<string> {
  const experiments = [...groupBy(rows, ({ experiment }) => experiment)];
  return new Set(
    experiments.filter(([, group]) => new Set(group.map(({ setup }) => setup)).size > 1).map(([name]) => name),
  );
}
