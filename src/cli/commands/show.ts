// `show RUN`: prints one run as a page of text: its result, curves, settings, and the versions that made it.
import { valuesOf } from "../../records/differences.ts";
import type { RunRecord } from "../../records/record.ts";
import { readUnreadableImages } from "../../records/unreadable-images.ts";
import { energyNotes, energyText, wattHours } from "../../reports/analysis/energy.ts";
import { isCropped } from "../../reports/protocol-words.ts";
import { textList, wrapText } from "../../text/lines.ts";
import { type TextSeries, textChart } from "../../text/text-chart.ts";
import type { Metric } from "../../types.ts";
import { findRecord } from "../arguments/find-run.ts";
import type { OptionsOf } from "../syntax/definition.ts";
import type { show } from "../syntax/show.ts";
import type { Io } from "../terminal/io.ts";
import { runMetrics } from "../terminal/run-metrics.ts";
import { evaluationTable } from "../terminal/score-table.ts";

/** Enough digits to tell data sets apart; --json prints all. */
const digestDigits = 16;
const chartHeight = { error: 12, loss: 8 };

/** Prints a run. Always returns 0. @throws UserError where the name means no run or several */
export async function showCommand(name: string, options: OptionsOf<typeof show>, io: Io): Promise<number> {
  const record = findRecord(name, options.results, io);
  if (options.json) {
    const { run, status, metrics, done, failed, evaluations, path } = record;
    const unreadableImages = readUnreadableImages(path);
    const all = { path, state: status, ...run, done, failed, metrics, evaluations, unreadableImages };
    io.out(`${JSON.stringify(all, undefined, 2)}\n`);
    return 0;
  }
  const { run, failed, evaluations, path } = record;
  const { label, seed, experiment, sections } = run.spec;
  const part = (title: string, text: string) => `\n${title}\n${text}`;
  const list = (pairs: readonly (readonly [string, string])[]) => textList(pairs, io.columns);
  io.out(`${label} seed ${seed} of ${experiment}: ${record.status}\n`);
  io.out(
    list([
      ["id", run.id],
      ["path", path],
      ...(run.question === undefined ? [] : [["question", run.question] as const]),
      ...(failed ? [["failure", `iteration ${failed.iteration}: ${failed.message}`] as const] : []),
    ]),
  );
  io.out(
    part(
      "result",
      list([
        ...runMetrics(record)
          .filter(({ value }) => value !== undefined)
          .map(({ name, text }) => [name, text] as const),
        ...(record.done ? [["energy", energyText(wattHours(record))] as const] : []),
      ]),
    ),
  );
  io.out(
    energyNotes([record])
      .map((note) => wrapText(note, io.columns - 2).replace(/^(?=.)/gm, "  "))
      .join(""),
  );
  if (evaluations.length > 0) {
    io.out(part("evaluations", evaluationTable(evaluations, isCropped(sections.dataset), io.tableWidth)));
  }
  const passedOver = run.datasetNotes ?? [];
  if (passedOver.length > 0)
    io.out(part("images", passedOver.map((note) => wrapText(`  ${note}`, io.columns)).join("")));
  const unreadable = readUnreadableImages(path);
  if (unreadable.length > 0) {
    const { length } = unreadable;
    const title = `${length} ${length === 1 ? "image" : "images"} could not be decoded; the next image was used instead`;
    io.out(part(title, list(unreadable.map(({ name, reason }) => [name, reason] as const))));
  }
  if (record.metrics.length > 0) io.out(`\n${charts(record, options.ascii || !io.isUtf8, io.columns)}`);
  io.out(part("spec", list(valuesOf(sections))));
  const { command, ...provenance } = run.provenance;
  const versions: [string, string][] = [
    ["command", command.join(" ")],
    ...valuesOf(provenance),
    ["trainerVersion", run.trainerVersion],
    ["dataset", run.datasetTitle],
    ["datasetDigest", `${run.datasetDigest.slice(0, digestDigits)}…`],
  ];
  io.out(part("provenance", list(versions)));
  return 0;
}

/** The keys of a metrics line that have one number. */
type Measure = Exclude<keyof Metric, "layers">;

/** Error and loss by iteration: training as a line, tests as marks. */
function charts({ run, metrics }: RunRecord, ascii: boolean, width: number): string {
  const points = (key: Measure) =>
    metrics.flatMap((metric) => {
      const y = metric[key];
      return y === undefined ? [] : [{ x: metric.iteration, y }];
    });
  const series = (trained: Measure, tested: Measure): TextSeries[] => [
    { name: "train", style: "line", points: points(trained) },
    { name: "test", style: "marks", points: points(tested) },
  ];
  const shared = { width, ascii, xMax: run.spec.sections.training.iterations };
  const error = textChart(series("trainError", "testError"), {
    ...shared,
    title: "error %, by iteration",
    height: chartHeight.error,
    formatY: (y) => (100 * y).toFixed(0),
  });
  const loss = textChart(series("trainLoss", "testLoss"), {
    ...shared,
    title: "loss, by iteration",
    height: chartHeight.loss,
    formatY: (y) => y.toPrecision(3),
  });
  return `${error}\n${loss}`;
}
