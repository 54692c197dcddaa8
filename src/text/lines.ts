// Text in lines of a given width: wrapped between words, padded, or as a list of names and values.

const gap = "  ";

/** Wraps a text between words into lines of at most `width` characters. Each line ends in "\n". */
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

/** Pads a text with spaces to a width. */
export function pad(text: string, width: number, align: "left" | "right"): string {
  const spaces = " ".repeat(Math.max(0, width - lengthOf(text)));
  return align === "right" ? spaces + text : text + spaces;
}

/** The length in characters, roughly as people count them. */
export function lengthOf(text: string): number {
  return [...text].length;
}

/** Names and values in two columns, indented by two. Long values continue on the next line. Each line ends in "\n". */
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
