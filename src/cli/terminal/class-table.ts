// The error of each class in a test of one net, for a terminal: all classes, or the worst of many.
import { type ClassResult, type Confusion, classResults } from "../../records/confusion.ts";
import type { Column } from "../../text/column.ts";
import { wrapText } from "../../text/lines.ts";
import { grouped, percent } from "../../text/quantities.ts";
import { terminalTable } from "../../text/terminal-table.ts";
import type { Io } from "./io.ts";

const mostClasses = 20;

const columns: readonly Column<ClassResult>[] = [
  { title: "class", text: ({ name }) => name },
  { title: "images", align: "right", importance: 1, text: ({ images }) => grouped(images) },
  {
    title: "error %",
    align: "right",
    text: ({ images, wrong }) => (images === 0 ? "–" : percent(wrong / images)),
  },
  {
    title: "most often taken for",
    importance: 2,
    text: ({ mistakenFor }) => (mistakenFor ? `${mistakenFor.name} (${grouped(mistakenFor.images)})` : ""),
  },
];

/** The table with a sentence where it has not all classes. */
export function classTable(confusion: Confusion, { columns: width, tableWidth }: Io): string {
  const results = classResults(confusion);
  if (results.length <= mostClasses) return terminalTable(columns, results, tableWidth);
  const error = ({ images, wrong }: ClassResult) => (images === 0 ? 0 : wrong / images);
  const worst = [...results].sort((a, b) => error(b) - error(a)).slice(0, mostClasses);
  const rest = `The ${mostClasses} classes of ${grouped(results.length)} with the highest errors. \`resnet-exp report\` writes all.`;
  return `${terminalTable(columns, worst, tableWidth)}${wrapText(rest, width)}\n`;
}
