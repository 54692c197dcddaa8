// A small drawing of differences with their intervals against zero, as SVG within a page. The text beside it says the same.

/** A difference of ours, with what the paper says of it, all in one unit. */
export interface DrawnDifference {
  readonly difference?: number | undefined;
  /** Its interval; absent where a net has one run. */
  readonly interval?: readonly [low: number, high: number] | undefined;
  /** The paper's own difference. */
  readonly paper?: number | undefined;
  /** The claim is that the difference lies above this limit, and below the next. */
  readonly above?: number | undefined;
  readonly below?: number | undefined;
}

const width = 160;
const lineHeight = 14;
/** Room at the edges for whole marks. */
const edge = 6;
/** Intervals that reach further than this times the farthest mean or limit end in arrows. */
const longest = 2.5;

/** How far the axis of some drawings reaches to both sides of zero, so that drawings beside each other compare. */
export function axisReach(drawn: readonly DrawnDifference[]): number {
  const marks = farthest(drawn.flatMap(({ difference, paper, above, below }) => [difference, paper, above, below]));
  const intervals = farthest(drawn.flatMap(({ interval }) => interval ?? []));
  return Math.max(marks * 1.1, Math.min(intervals, marks * longest)) || 1;
}

function farthest(values: readonly (number | undefined)[]): number {
  return Math.max(0, ...values.flatMap((value) => (Number.isFinite(value) ? Math.abs(value as number) : [])));
}

/** The drawing: a line for each difference, zero in the middle, the claimed side shaded. */
export function intervalDrawing(drawn: readonly DrawnDifference[], reach: number): string {
  const x = (value: number) => round(width / 2 + (Math.max(-1, Math.min(1, value / reach)) * (width - 2 * edge)) / 2);
  const height = lineHeight * drawn.length;
  const lines = drawn.map((each, i) => lineSvg(each, x, reach, i * lineHeight));
  return `<svg class="interval" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" aria-hidden="true" focusable="false">${lines.join("")}<path class="zero" d="M${width / 2} 0V${height}"/></svg>`;
}

function lineSvg(drawn: DrawnDifference, x: (value: number) => number, reach: number, top: number): string {
  const { difference, interval, paper, above, below } = drawn;
  const middle = top + lineHeight / 2;
  const parts: string[] = [];
  if (above !== undefined || below !== undefined) {
    const [from, to] = [above === undefined ? 0 : x(above), below === undefined ? width : x(below)];
    parts.push(
      `<rect class="claimed" x="${from}" y="${top + 1}" width="${round(to - from)}" height="${lineHeight - 2}"/>`,
    );
  }
  if (interval) {
    const [low, high] = interval;
    parts.push(`<path class="range" d="M${x(low)} ${middle}H${x(high)}"/>`);
    if (low < -reach) parts.push(arrow(x(low), middle, 4));
    if (high > reach) parts.push(arrow(x(high), middle, -4));
  }
  if (paper !== undefined) {
    parts.push(`<path class="papers" d="M${x(paper)} ${middle - 5}l4 5l-4 5l-4 -5z"/>`);
  }
  if (difference !== undefined && Number.isFinite(difference)) {
    parts.push(`<circle class="mean${interval ? "" : " lone"}" cx="${x(difference)}" cy="${middle}" r="3"/>`);
  }
  return parts.join("");
}

/** The tip of a line that goes on beyond the drawing; `back` leads into the drawing. */
function arrow(x: number, y: number, back: number): string {
  return `<path class="range" d="M${x + back} ${y - 4}L${x} ${y}L${x + back} ${y + 4}"/>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
