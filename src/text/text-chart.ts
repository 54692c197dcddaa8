// Draws curves as text: lines of braille dots (2×4 per character) with marks over them, or plain ASCII if the terminal has
// no Unicode. A chart has one value axis. Nothing is averaged or smoothed.

/** One curve. A value that is not finite leaves a gap in a line and gets no mark. */
export interface TextSeries {
  readonly name: string;
  readonly style: "line" | "marks";
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface TextChartOptions {
  readonly title: string;
  /** The total width in characters, with the axis. */
  readonly width: number;
  /** The height of the drawing in lines, without title and axis. */
  readonly height: number;
  /** The x axis goes from 0 to this value. */
  readonly xMax: number;
  readonly formatY: (y: number) => string;
  readonly ascii: boolean;
}

const narrowest = 10;

/** The characters that a chart is drawn with. */
interface Glyphs {
  /** Dots per character, across and down. */
  readonly dots: readonly [across: number, down: number];
  readonly mark: string;
  /** How the legend shows a line. */
  readonly line: string;
  readonly tick: string;
  readonly wall: string;
  readonly corner: string;
  readonly floor: string;
}

const braille: Glyphs = {
  dots: [2, 4],
  mark: "●",
  line: "⠒⠒",
  tick: "┤",
  wall: "│",
  corner: "└",
  floor: "─",
};
const plain: Glyphs = {
  dots: [1, 1],
  mark: "o",
  line: "..",
  tick: "+",
  wall: "|",
  corner: "+",
  floor: "-",
};

/** The lines of the chart, each ending in "\n". Marks cover lines. The value axis starts at 0. */
export function textChart(series: readonly TextSeries[], options: TextChartOptions): string {
  const { title, width, height, xMax, formatY, ascii } = options;
  const glyphs = ascii ? plain : braille;
  const legend = series.map(({ name, style }) => `${style === "line" ? glyphs.line : glyphs.mark} ${name}`);
  const finite = series.flatMap(({ points }) => points.map(({ y }) => y).filter(Number.isFinite));
  const heading = `${title}   ${legend.join("   ")}`;
  if (finite.length === 0) return `${heading}\n(no values yet)\n`;

  const top = Math.max(...finite) || 1;
  const middle = Math.floor(height / 2);
  const labels = Array.from({ length: height }, (_, row) =>
    row === 0 ? formatY(top) : row === middle ? formatY(top * (1 - middle / (height - 1))) : "",
  );
  labels[height - 1] = formatY(0);
  const margin = Math.max(...labels.map((label) => label.length));
  const columns = Math.max(narrowest, width - margin - 2);

  const canvas = new Canvas(columns, height, glyphs);
  const [across, down] = [columns * glyphs.dots[0] - 1, height * glyphs.dots[1] - 1];
  for (const { style, points } of series.toSorted(
    (a, b) => Number(a.style === "marks") - Number(b.style === "marks"),
  )) {
    const places = points.map(({ x, y }) => [(x / xMax) * across, (1 - y / top) * down] as const);
    if (style === "marks") for (const place of places) canvas.mark(...place);
    else canvas.line(places);
  }
  const rows = canvas.rows().map((row, i) => {
    const label = labels[i] ?? "";
    return `${label.padStart(margin)} ${label ? glyphs.tick : glyphs.wall}${row}`.trimEnd();
  });
  const floor = `${" ".repeat(margin + 1)}${glyphs.corner}${glyphs.floor.repeat(columns)}`;
  const end = String(xMax);
  const axis = `${" ".repeat(margin + 2)}0${end.padStart(columns - 1)}`;
  return [heading, ...rows, floor, axis].map((line) => `${line}\n`).join("");
}

/** A grid of characters; each shows a mark, or the dots in it. */
class Canvas {
  readonly #columns: number;
  readonly #height: number;
  readonly #glyphs: Glyphs;
  /** Bit i is dot i of a character, counted from left to right and top to bottom. */
  readonly #dots: Uint8Array;
  readonly #marks = new Set<number>();

  constructor(columns: number, height: number, glyphs: Glyphs) {
    this.#columns = columns;
    this.#height = height;
    this.#glyphs = glyphs;
    this.#dots = new Uint8Array(columns * height);
  }

  /** Puts a mark on the character at a place, given in dots from the upper left corner. */
  mark(x: number, y: number): void {
    if (Number.isFinite(x + y)) this.#marks.add(this.#cell(Math.round(x), Math.round(y)));
  }

  /** Joins places with straight lines; a place that is not finite leaves a gap. */
  line(places: readonly (readonly [x: number, y: number])[]): void {
    for (const [i, [x, y]] of places.entries()) {
      if (!Number.isFinite(x + y)) continue;
      const [fromX, fromY] = i > 0 ? places[i - 1]! : [Number.NaN, Number.NaN];
      const joined = Number.isFinite(fromX + fromY);
      const steps = joined ? Math.max(1, Math.ceil(Math.max(Math.abs(x - fromX), Math.abs(y - fromY)))) : 1;
      for (let step = 1; step <= steps; step++) {
        const part = step / steps;
        this.#dot(joined ? fromX + part * (x - fromX) : x, joined ? fromY + part * (y - fromY) : y);
      }
    }
  }

  rows(): string[] {
    return Array.from({ length: this.#height }, (_, row) =>
      Array.from({ length: this.#columns }, (_, column) => this.#character(row * this.#columns + column)).join(""),
    );
  }

  #dot(x: number, y: number): void {
    const [column, row] = [Math.round(x), Math.round(y)];
    const [across, down] = this.#glyphs.dots;
    this.#dots[this.#cell(column, row)]! |= 1 << ((row % down) * across + (column % across));
  }

  #cell(x: number, y: number): number {
    const [across, down] = this.#glyphs.dots;
    return Math.floor(y / down) * this.#columns + Math.floor(x / across);
  }

  #character(cell: number): string {
    if (this.#marks.has(cell)) return this.#glyphs.mark;
    const dots = this.#dots[cell]!;
    if (dots === 0) return " ";
    return this.#glyphs === plain ? "." : String.fromCharCode(0x2800 + brailleBits(dots));
  }
}

/** Unicode numbers the dots of a braille cell down the left column, then the right, with the lowest pair last. */
const brailleOrder = [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80];

function brailleBits(dots: number): number {
  return brailleOrder.reduce((bits, bit, i) => (dots & (1 << i) ? bits | bit : bits), 0);
}
