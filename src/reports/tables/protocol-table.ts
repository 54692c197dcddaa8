// The table of testing protocols: what several looks at an image, precise statistics or an average over nets gain. A row a
// net or ensemble and protocol; none for what `evaluate` has not tested.

import { markdownTable, type TextColumn } from "../../text/text-table.ts";
import { dataNotes } from "../analysis/data-notes.ts";
import { ensemblesOf } from "../analysis/ensembles.ts";
import type { Protocol } from "../analysis/evaluated.ts";
import type { Setup } from "../analysis/setups.ts";
import type { Statistic } from "../analysis/statistics.ts";
import { looksWords } from "../protocol-words.ts";
import { csvText } from "./csv.ts";
import { meanText, points, scatterNote } from "./format.ts";

/** A net, or an ensemble, under one protocol. Errors are fractions. */
export interface ProtocolRow {
  /** "ResNet-34", or "ensemble of 2". */
  readonly net: string;
  /** The nets of an ensemble, "ResNet-18, 2 × ResNet-34"; "" for a net by itself. */
  readonly members: string;
  readonly protocol: Protocol;
  readonly looks: string;
  readonly images: number;
  /** Nets whose probabilities were averaged. */
  readonly nets: number;
  readonly top1: Statistic;
  readonly top5?: Statistic | undefined;
  /** Top-1 error less that of one look with running statistics. */
  readonly fromOneView?: number | undefined;
  /** Top-1 error less the mean of the members' by the same protocol. */
  readonly fromMembers?: number | undefined;
  readonly engines: readonly string[];
}

/** The rows of a set-up, nets in their order before ensembles; none where nothing was evaluated. */
export function protocolRows({ rows, runs }: Setup): ProtocolRow[] {
  const cropped = rows.some((row) => row.cropped);
  const one = (error: number): Statistic => ({ count: 1, mean: error });
  return [
    ...rows.flatMap(({ label, evaluated = [] }) =>
      evaluated.map((test) => ({
        net: label,
        members: "",
        nets: 1,
        looks: looksWords(test.protocol, cropped),
        ...test,
      })),
    ),
    ...ensemblesOf(runs).map(({ members, names, protocol, images, top1Error, top5Error, alone, engine }) => ({
      net: `ensemble of ${members.length}`,
      members: names,
      nets: members.length,
      looks: looksWords(protocol, cropped),
      protocol,
      images,
      top1: one(top1Error),
      top5: top5Error === undefined ? undefined : one(top5Error),
      fromMembers: alone && top1Error - alone.mean,
      engines: [engine],
    })),
  ];
}

/** Columns of the table that people read. */
export const protocolColumns: readonly TextColumn[] = [
  { title: "net", align: "left", importance: Number.POSITIVE_INFINITY },
  { title: "protocol", align: "left", importance: Number.POSITIVE_INFINITY },
  { title: "runs", align: "right", importance: 2 },
  { title: "top-1 error", align: "right", importance: Number.POSITIVE_INFINITY },
  { title: "top-5 error", align: "right", importance: 3 },
  { title: "from one view", align: "right", importance: 5 },
  { title: "from its members", align: "right", importance: 1 },
];

/** The rows' cells, in percent. Running statistics go without saying. */
export function protocolCells(rows: readonly ProtocolRow[]): string[][] {
  return rows.map(({ net, members, looks, protocol, top1, top5, fromOneView, fromMembers }) => [
    isTelling(net, rows) ? net : `${net}: ${members}`,
    protocol.statistics === "running" ? looks : `${looks}, ${protocol.statistics}`,
    String(top1.count),
    meanText(top1),
    top5 ? meanText(top5) : "",
    points(fromOneView),
    points(fromMembers),
  ]);
}

/** Whether the name of a net or ensemble means one among the rows. */
function isTelling(net: string, rows: readonly ProtocolRow[]): boolean {
  return new Set(rows.filter((row) => row.net === net).map(({ members }) => members)).size === 1;
}

/** What the numbers of the table measure, a sentence each; none for no rows. */
export function protocolNotes(rows: readonly ProtocolRow[]): string[] {
  if (rows.length === 0) return [];
  const ensembles = rows.filter(({ net, nets }) => nets > 1 && isTelling(net, rows));
  const batches = [...new Set(rows.flatMap(({ protocol }) => protocol.statisticsBatches ?? []))];
  return [
    "Errors in %, of the final weights, by `resnet-exp evaluate`; of each run its latest test by a protocol.",
    ...(rows.some(({ top1 }) => top1.std !== undefined) ? [scatterNote] : []),
    "From one view: points of top-1 error more than in the test after the last iteration, run by run.",
    ...(rows.some(({ nets }) => nets > 1)
      ? ["An ensemble averages its nets' probabilities; from its members: points more than their mean, each alone."]
      : []),
    ...new Set(ensembles.map(({ nets, members }) => `Ensemble of ${nets}: ${members}.`)),
    ...(batches.length
      ? [
          `Precise: statistics of batch normalisation averaged over ${batches.join(" or ")} training batches; else running ones.`,
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
    ...sections.map(({ name, rows }) => `## ${name}\n\n${markdownTable(protocolColumns, protocolCells(rows))}`),
    notes.map((line) => `- ${line}\n`).join(""),
  ].join("\n");
}

/** The set-ups in which something was evaluated, with their rows. */
export function protocolSections(setups: readonly Setup[]): { name: string; rows: ProtocolRow[] }[] {
  return setups.map((setup) => ({ name: setup.name, rows: protocolRows(setup) })).filter(({ rows }) => rows.length > 0);
}

/** The table as CSV: errors are fractions, unrounded; undefined where nothing was evaluated. */
export function protocolCsv(setups: readonly Setup[]): string | undefined {
  const sections = protocolSections(setups);
  if (sections.length === 0) return undefined;
  return csvText(
    csvColumns,
    sections.flatMap(({ name, rows }) =>
      rows.map(({ protocol, top1, top5, fromOneView, fromMembers, engines, ...row }) => ({
        ...row,
        setup: name,
        crops: protocol.scales ? undefined : protocol.crops,
        scales: protocol.scales?.join(" "),
        statistics: protocol.statistics,
        statisticsBatches: protocol.statisticsBatches,
        runs: top1.count,
        top1Mean: top1.mean,
        top1Std: top1.std,
        top5Mean: top5?.mean,
        top5Std: top5?.std,
        differenceFromOneView: fromOneView,
        differenceFromMembers: fromMembers,
        engines: engines.join("; "),
      })),
    ),
  );
}

const csvColumns = [
  "setup",
  "net",
  "nets",
  "members",
  "looks",
  "crops",
  "scales",
  "statistics",
  "statisticsBatches",
  "images",
  "runs",
  "top1Mean",
  "top1Std",
  "top5Mean",
  "top5Std",
  "differenceFromOneView",
  "differenceFromMembers",
  "engines",
] as const;
