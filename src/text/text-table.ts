// A table as plain text for a terminal of a given width: the least important columns go first where it is too narrow.
// Also the same rows as Markdown.

/** One column of a table. */
export interface TextColumn {
  readonly title: string;
  readonly align: "left" | "right";
  /** The lowest is dropped first; Infinity is never dropped. */
  readonly importance: number;
}

const gap = "  ";

/** The table's lines, each ended by "\n". A column that is empty in every row is left out. */
export function textTable(columns: readonly TextColumn[], rows: readonly (readonly string[])[], width: number): string {
  const titles = columns.map(({ title }) => title);
  const widths = titles.map((title, i) => Math.max(...[title, ...rows.map((row) => row[i] ?? "")].map(lengthOf)));
  let kept = columns.map((_, i) => i).filter((i) => rows.some((row) => row[i]));
  const total = () => kept.reduce((sum, i) => sum + (widths[i] ?? 0) + gap.length, -gap.length);
  const importance = (i: number) => columns[i]?.importance ?? 0;
  while (total() > width) {
    const least = Math.min(...kept.map(importance));
    if (least === Number.POSITIVE_INFINITY) break;
    kept = kept.filter((i) => importance(i) !== least);
  }
  const line = (cells: readonly string[]) =>
    `${kept
      .map((i) => pad(cells[i] ?? "", widths[i] ?? 0, columns[i]?.align ?? "left"))
      .join(gap)
      .trimEnd()}\n`;
  return [titles, kept.length ? titles.map((_, i) => "─".repeat(widths[i] ?? 0)) : [], ...rows].map(line).join("");
}

/** The same table as Markdown, with all columns that are not empty. */
export function markdownTable(columns: readonly TextColumn[], rows: readonly (readonly string[])[]): string {
  const kept = columns.map((_, i) => i).filter((i) => rows.some((row) => row[i]));
  const line = (cells: readonly (string | undefined)[]) =>
    `| ${kept.map((i) => (cells[i] ?? "").replaceAll("|", "\\|")).join(" | ")} |\n`;
  const rule = columns.map(({ align }) => (align === "right" ? "---:" : "---"));
  return [columns.map(({ title }) => title), rule, ...rows].map(line).join("");
}

/** Breaks a text between words into lines of at most `width` characters, each ended by "\n". */
export function wrapText(text: string, width: number): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line && lengthOf(line) + 1 + lengthOf(word) > width) {
      lines.push(line);
      line = word;
    } else {
      line = line ? `${line} ${word}` : word;
    }
  }
  return [...lines, line].map((each) => `${each}\n`).join("");
}

function pad(text: string, width: number, align: "left" | "right"): string {
  const spaces = " ".repeat(Math.max(0, width - lengthOf(text)));
  return align === "right" ? spaces + text : text + spaces;
}

function lengthOf(text: string): number {
  return [...text].length;
}

/** Names and values in two columns, indented by two; a value that is too long goes on below itself. Ended by "\n". */
export function textList(pairs: readonly (readonly [name: string, value: string])[], width: number): string {
  const nameWidth = Math.max(0, ...pairs.map(([name]) => lengthOf(name)));
  const indent = 2 + nameWidth + gap.length;
  return pairs
    .map(([name, value]) => {
      const [first = "", ...rest] = wrapText(value, Math.max(1, width - indent))
        .trimEnd()
        .split("\n");
      const start = `  ${pad(name, nameWidth, "left")}${gap}${first}`.trimEnd();
      return [start, ...rest.map((line) => " ".repeat(indent) + line)].map((line) => `${line}\n`).join("");
    })
    .join("");
}
