// The table of testing protocols: what several looks at an image, precise statistics or an average over nets gain. It has a
// row for each net or ensemble and protocol that `evaluate` has tested.

import type { Column } from "../../text/column.ts";
import { csvText } from "../../text/csv.ts";
import { markdownList, markdownTable } from "../../text/markdown.ts";
import { dataNotes } from "../analysis/data-notes.ts";
import { ensemblesOf } from "../analysis/ensembles.ts";
import type { Protocol } from "../analysis/evaluated.ts";
import type { Setup } from "../analysis/setups.ts";
import type { Statistic } from "../analysis/statistics.ts";
import { looksWords } from "../protocol-words.ts";
import { meanText, points, scatterNote } from "./format.ts";

/** A net, or ensembles of the same nets, under one protocol. Errors are fractions. */
export interface ProtocolRow {
  /** The set-up's name. */
  readonly setup: string;
  /** "ResNet-34", or "ensemble of 2". */
  readonly net: string;
  /** The nets of an ensemble, "ResNet-18, 2 × ResNet-34"; "" for a single net. */
  readonly members: string;
  readonly protocol: Protocol;
  readonly looks: string;
  readonly images: number;
  /** Nets whose probabilities were averaged. */
  readonly nets: number;
  readonly top1: Statistic;
  readonly top5?: Statistic | undefined;
  /** Top-1 error minus the error of one look with running statistics. */
  readonly fromOneView?: number | undefined;
  /** Top-1 error minus the mean error of the members by the same protocol. */
  readonly fromMembers?: number | undefined;
  readonly engines: readonly string[];
}

/** The rows of a set-up: nets in their order, then ensembles. None where nothing was evaluated. */
export function protocolRows({ name: setup, rows, runs }: Setup): ProtocolRow[] {
  const cropped = rows.some((row) => row.cropped);
  return [
    ...rows.flatMap(({ label, evaluated = [] }) =>
      evaluated.map((test) => ({
        setup,
        net: label,
        members: "",
        nets: 1,
        looks: looksWords(test.protocol, cropped),
        ...test,
      })),
    ),
    ...ensemblesOf(runs).map(({ names, ...ensemble }) => ({
      setup,
      net: `ensemble of ${ensemble.nets}`,
      looks: looksWords(ensemble.protocol, cropped),
      ...ensemble,
      members: names,
    })),
  ];
}

/** The columns for the rows of one set-up, or in CSV of all set-ups. Only other than running statistics are named. */
export function protocolColumns(rows: readonly ProtocolRow[]): Column<ProtocolRow>[] {
  return [
    { data: { setup: ({ setup }) => setup } },
    {
      title: "net",
      text: ({ net, members }) => (isTelling(net, rows) ? net : `${net}: ${members}`),
      data: { net: ({ net }) => net, nets: ({ nets }) => nets, members: ({ members }) => members },
    },
    {
      title: "protocol",
      text: ({ looks, protocol }) => (protocol.statistics === "running" ? looks : `${looks}, ${protocol.statistics}`),
      data: {
        looks: ({ looks }) => looks,
        crops: ({ protocol }) => (protocol.scales ? undefined : protocol.crops),
        scales: ({ protocol }) => protocol.scales?.join(" "),
        statistics: ({ protocol }) => protocol.statistics,
        statisticsBatches: ({ protocol }) => protocol.statisticsBatches,
        images: ({ images }) => images,
      },
    },
    {
      title: "runs",
      align: "right",
      importance: 2,
      text: ({ top1 }) => String(top1.count),
      data: { runs: ({ top1 }) => top1.count },
    },
    {
      title: "top-1 error",
      align: "right",
      text: ({ top1 }) => meanText(top1),
      data: { top1Mean: ({ top1 }) => top1.mean, top1Std: ({ top1 }) => top1.std },
    },
    {
      title: "top-5 error",
      align: "right",
      importance: 3,
      text: ({ top5 }) => (top5 ? meanText(top5) : ""),
      data: { top5Mean: ({ top5 }) => top5?.mean, top5Std: ({ top5 }) => top5?.std },
    },
    {
      title: "from one view",
      align: "right",
      importance: 5,
      text: ({ fromOneView }) => points(fromOneView),
      data: { differenceFromOneView: ({ fromOneView }) => fromOneView },
    },
    {
      title: "from its members",
      align: "right",
      importance: 1,
      text: ({ fromMembers }) => points(fromMembers),
      data: { differenceFromMembers: ({ fromMembers }) => fromMembers },
    },
    { data: { engines: ({ engines }) => engines.join("; ") } },
  ];
}

/** Whether only one net or ensemble among the rows has this name. */
function isTelling(net: string, rows: readonly ProtocolRow[]): boolean {
  return new Set(rows.filter((row) => row.net === net).map(({ members }) => members)).size === 1;
}

/** Notes on what the numbers of the table measure; none for no rows. */
export function protocolNotes(rows: readonly ProtocolRow[]): string[] {
  if (rows.length === 0) return [];
  const ensembles = rows.filter(({ net, nets }) => nets > 1 && isTelling(net, rows));
  const batches = [...new Set(rows.flatMap(({ protocol }) => protocol.statisticsBatches ?? []))];
  return [
    "Errors are in %, measured on the final weights by `resnet-exp evaluate`. Where a run was tested several times by one protocol, the latest test counts.",
    ...(rows.some(({ top1 }) => top1.std !== undefined) ? [scatterNote] : []),
    "From one view: how many points the top-1 error lies above the test error after the last iteration, averaged over the runs.",
    ...(rows.some(({ nets }) => nets > 1)
      ? [
          "An ensemble averages the probabilities of its nets. From its members: how many points its error lies above the mean error of its nets alone.",
        ]
      : []),
    ...(rows.some(({ nets, top1 }) => nets > 1 && top1.count > 1)
      ? ["Ensembles of the same nets, from different seeds, share a line. Its runs are how many there are."]
      : []),
    ...new Set(ensembles.map(({ nets, members }) => `Ensemble of ${nets}: ${members}.`)),
    ...(batches.length
      ? [
          `Precise: batch normalisation uses statistics averaged over ${batches.join(" or ")} training batches. All other rows use running statistics.`,
        ]
      : []),
  ];
}

/** The table as a Markdown document, a section a set-up; undefined where nothing was evaluated. */
export function protocolMarkdown(experiment: string, setups: readonly Setup[]): string | undefined {
  const sections = protocolSections(setups);
  if (sections.length === 0) return undefined;
  const notes = [
    ...protocolNotes(sections.flatMap(({ rows }) => rows)),
    ...dataNotes(setups.flatMap(({ runs }) => runs)),
  ];
  return [
    `# ${experiment}: testing protocols\n`,
    ...sections.map(({ name, rows }) => `## ${name}\n\n${markdownTable(protocolColumns(rows), rows)}`),
    markdownList(notes),
  ].join("\n");
}

/** The set-ups in which something was evaluated, with their rows. */
export function protocolSections(setups: readonly Setup[]): { name: string; rows: ProtocolRow[] }[] {
  return setups.map((setup) => ({ name: setup.name, rows: protocolRows(setup) })).filter(({ rows }) => rows.length > 0);
}

/** The table as CSV: errors are fractions, unrounded; undefined where nothing was evaluated. */
export function protocolCsv(setups: readonly Setup[]): string | undefined {
  const rows = protocolSections(setups).flatMap((section) => section.rows);
  return rows.length > 0 ? csvText(protocolColumns(rows), rows) : undefined;
}
