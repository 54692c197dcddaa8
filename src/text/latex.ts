// A table in LaTeX, with rules from the package booktabs. Any text is safe in a cell.
import { type Column, type ReadColumn, readColumns } from "./column.ts";

/** A `tabular` with all columns that are not empty; the document needs \usepackage{booktabs}. */
export function latexTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const all = readColumns(columns, rows);
  const line = (textOf: (column: ReadColumn) => string | undefined) =>
    `  ${all.map((column) => latexText(textOf(column) ?? "")).join(" & ")} \\\\\n`;
  return [
    "% \\usepackage{booktabs}\n",
    `\\begin{tabular}{${all.map(({ align }) => (align === "right" ? "r" : "l")).join("")}}\n  \\toprule\n`,
    line(({ title }) => title),
    "  \\midrule\n",
    ...rows.map((_, row) => line(({ cells }) => cells[row])),
    "  \\bottomrule\n\\end{tabular}\n",
  ].join("");
}

const escapes: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "<": "\\textless{}",
  ">": "\\textgreater{}",
  "|": "\\textbar{}",
  "–": "--",
  "−": "$-$",
  "±": "$\\pm$",
  "×": "$\\times$",
  "≈": "$\\approx$",
};

/** Comment lines for LaTeX, which are safe to uncomment; each ends in "\n". */
export function latexComment(lines: readonly string[]): string {
  return lines.map((line) => `% ${latexText(line)}\n`).join("");
}

/** Escapes a text so that LaTeX prints it unchanged. */
export function latexText(text: string): string {
  return text.replace(/[\\~^<>|–−±×≈{}&%#_$]/g, (character) => escapes[character] ?? `\\${character}`);
}
