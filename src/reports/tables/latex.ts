// Tables for LaTeX, with the rules of the package booktabs. Any text is safe in a cell.
import type { TextColumn } from "../../text/text-table.ts";

/** A `tabular` with all columns that are not empty; the document needs \usepackage{booktabs}. */
export function latexTable(columns: readonly TextColumn[], rows: readonly (readonly string[])[]): string {
  const kept = columns.map((_, i) => i).filter((i) => rows.some((row) => row[i]));
  const line = (cells: readonly string[]) => `  ${kept.map((i) => latexText(cells[i] ?? "")).join(" & ")} \\\\\n`;
  const alignment = kept.map((i) => (columns[i]?.align === "right" ? "r" : "l")).join("");
  return [
    "% \\usepackage{booktabs}\n",
    `\\begin{tabular}{${alignment}}\n  \\toprule\n`,
    line(columns.map(({ title }) => title)),
    "  \\midrule\n",
    ...rows.map(line),
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

/** A text that LaTeX prints as it stands. */
export function latexText(text: string): string {
  return text.replace(/[\\~^<>|–−±×≈{}&%#_$]/g, (character) => escapes[character] ?? `\\${character}`);
}
