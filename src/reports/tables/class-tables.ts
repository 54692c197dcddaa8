// The tables of classes: the error of each class by net, and the confusion matrices in long form.
import { type ClassResult, classResults } from "../../records/confusion.ts";
import type { Column } from "../../text/column.ts";
import { csvText } from "../../text/csv.ts";
import { markdownList, markdownTable } from "../../text/markdown.ts";
import { percent } from "../../text/quantities.ts";
import { confusionsOf, type NetConfusion } from "../analysis/confusions.ts";
import type { Setup } from "../analysis/setups.ts";

/** More classes than this are in the CSV only; people see the hardest. */
const mostClasses = 100;
const hardest = 20;

/** A class with the result of each net. */
interface ClassRow {
  readonly name: string;
  readonly results: readonly ClassResult[];
}

/** The classes of a set-up as a table for people. */
export interface ClassTable {
  readonly setup: string;
  readonly columns: readonly Column<ClassRow>[];
  readonly rows: readonly ClassRow[];
  readonly notes: readonly string[];
}

/** A table for each set-up in which `evaluate` measured something. */
export function classTables(setups: readonly Setup[]): ClassTable[] {
  return setups.flatMap((setup) => {
    const nets = confusionsOf(setup);
    const [first] = nets;
    // Nets of one set-up are tested on the same images.
    if (!first) return [];
    const byNet = nets.map(({ confusion }) => classResults(confusion));
    const all = first.confusion.classes.map((name, i) => ({ name, results: byNet.map((results) => results[i]!) }));
    const mean = ({ results }: ClassRow) => results.reduce((sum, result) => sum + (errorOf(result) ?? 0), 0);
    const rows = all.length > mostClasses ? [...all].sort((a, b) => mean(b) - mean(a)).slice(0, hardest) : all;
    return [{ setup: setup.name, columns: columnsOf(nets), rows, notes: notesOf(nets, all.length, rows.length) }];
  });
}

function columnsOf(nets: readonly NetConfusion[]): Column<ClassRow>[] {
  return [
    { title: "class", text: ({ name }) => name },
    { title: "images", align: "right", text: ({ results }) => String(imagesOf(results[0]!, nets[0]!)) },
    ...nets.map(({ net }, i): Column<ClassRow> => {
      return { title: net, align: "right", text: ({ results }) => errorText(results[i]!) };
    }),
    ...(nets.length === 1
      ? [{ title: "most often taken for", text: ({ results: [result] }: ClassRow) => result?.mistakenFor?.name ?? "" }]
      : []),
  ];
}

function imagesOf({ images }: ClassResult, { runs }: NetConfusion): number {
  return images / runs;
}

function errorOf({ images, wrong }: ClassResult): number | undefined {
  return images === 0 ? undefined : wrong / images;
}

function errorText(result: ClassResult): string {
  const error = errorOf(result);
  return error === undefined ? "–" : percent(error);
}

function notesOf(nets: readonly NetConfusion[], classes: number, shown: number): string[] {
  const several = nets.filter(({ runs }) => runs > 1).map(({ net, runs }) => `${net} (${runs})`);
  return [
    `Errors are in %, measured on the test images of each class by \`resnet-exp evaluate\` (${nets[0]!.looks}).`,
    ...(several.length > 0 ? [`Summed over the runs of a net: ${several.join(", ")}.`] : []),
    ...(shown < classes
      ? [
          `The ${shown} hardest of ${classes} classes. \`tables/classes.csv\` has all, \`tables/confusion.csv\` what each is taken for.`,
        ]
      : []),
  ];
}

/** The tables as a Markdown document; undefined if nothing was measured. */
export function classMarkdown(experiment: string, setups: readonly Setup[]): string | undefined {
  const tables = classTables(setups);
  if (tables.length === 0) return undefined;
  const sections = tables.map(({ setup, columns, rows, notes }) =>
    [`## ${setup}\n`, markdownTable(columns, rows), markdownList(notes)].join("\n"),
  );
  return [`# ${experiment}: errors by class\n`, ...sections].join("\n");
}

interface ClassLine extends NetConfusion {
  readonly result: ClassResult;
}

const classColumns: readonly Column<ClassLine>[] = [
  {
    data: {
      setup: ({ setup }) => setup,
      net: ({ net }) => net,
      runs: ({ runs }) => runs,
      looks: ({ looks }) => looks,
      class: ({ result }) => result.name,
      images: ({ result }) => result.images,
      wrong: ({ result }) => result.wrong,
      error: ({ result }) => errorOf(result),
      mistakenFor: ({ result }) => result.mistakenFor?.name,
      mistakenImages: ({ result }) => result.mistakenFor?.images,
    },
  },
];

interface ConfusionLine extends NetConfusion {
  readonly own: string;
  readonly taken: string;
  readonly images: number;
}

const confusionColumns: readonly Column<ConfusionLine>[] = [
  {
    data: {
      setup: ({ setup }) => setup,
      net: ({ net }) => net,
      runs: ({ runs }) => runs,
      class: ({ own }) => own,
      takenFor: ({ taken }) => taken,
      images: ({ images }) => images,
    },
  },
];

/** Both tables as CSV, all classes; undefined if nothing was measured. */
export function classCsvs(setups: readonly Setup[]): { classes: string; confusion: string } | undefined {
  const nets = setups.flatMap(confusionsOf);
  if (nets.length === 0) return undefined;
  const classLines = nets.flatMap((net) => classResults(net.confusion).map((result) => ({ ...net, result })));
  const confusionLines = nets.flatMap((net) =>
    net.confusion.cells.map(([own, taken, images]) => {
      const { classes } = net.confusion;
      return { ...net, own: classes[own]!, taken: classes[taken]!, images };
    }),
  );
  return { classes: csvText(classColumns, classLines), confusion: csvText(confusionColumns, confusionLines) };
}
