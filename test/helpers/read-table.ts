// A reader of printed tables. It gives each row by the titles of its columns, so that a test names the cells that it checks.

export type ReadRow = Readonly<Record<string, string>>;

/** The rows of the first table in a terminal's text, up to an empty line or the line about columns that were left out. */
export function terminalRows(text: string): ReadRow[] {
  const lines = text.split("\n");
  const rule = lines.findIndex((line) => /^─[─ ]*$/.test(line));
  const columns = [...(lines[rule] ?? "").matchAll(/─+/g)].map(({ index, 0: { length } }) => [index, index + length]);
  const cells = (line: string) => columns.map(([start, end]) => [...line].slice(start, end).join("").trim());
  const titles = cells(lines[rule - 1] ?? "");
  const below = lines.slice(rule + 1);
  const end = below.findIndex((line) => line === "" || line.startsWith("Left out here: "));
  return below.slice(0, end).map((line) => Object.fromEntries(cells(line).map((cell, i) => [titles[i] ?? "", cell])));
}

/** The rows of the first table in a text of Markdown. */
export function markdownRows(text: string): ReadRow[] {
  const cells = (line: string) => line.slice(2, -2).split(" | ");
  const lines = text.split("\n");
  const first = lines.findIndex((line) => line.startsWith("| "));
  const end = lines.findIndex((line, i) => i > first && !line.startsWith("| "));
  const [titles = [], , ...rows] = lines.slice(first, end).map(cells);
  return rows.map((row) => Object.fromEntries(row.map((cell, i) => [titles[i] ?? "", cell])));
}
