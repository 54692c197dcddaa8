// The planes of the analysis `landscape`: lines of equal training loss around the trained net, a plane for each run, as in
// Fig. 5 of Li et al. (2018). The lines of all nets are at the same losses, so that steepness can be compared.
import { numberIn, rowsOfAnalysis } from "../../analysis/analysed.ts";
import type { Setup } from "../../analysis/setups.ts";
import { isResidual } from "../../analysis/tabulate.ts";
import type { Picture } from "../confusion-picture.ts";
import { drawnSetups } from "../list.ts";

/** Planes of a net at most, one for each run. */
const mostPlanes = 4;
const side = 220;
const gap = 24;
const top = 64;
/** Lines in each power of ten of the loss. */
const linesPerDecade = 4;

/** The loss at each place: rows by the second direction from −1 up, columns by the first. */
interface Plane {
  readonly seed: number;
  readonly losses: readonly (readonly number[])[];
}

/** The pictures of the set-ups that are drawn, one for each net; none where no run has a plane. */
export function landscapePictures(setups: readonly Setup[]): Picture[] {
  return setups.slice(0, drawnSetups).flatMap((setup, i) =>
    setup.rows.flatMap((row) => {
      const planes = row.runs.flatMap((record) => planeOf(record.run.spec.seed, rowsOfAnalysis(record, "landscape")));
      if (planes.length === 0) return [];
      const drawn = planes.slice(0, mostPlanes);
      const slug = row.label.toLowerCase().replace(/[^a-z0-9]+/g, "-");
      return [
        {
          name: `landscape-${slug}${i === 0 ? "" : `-${setup.slug}`}`,
          title: `Loss around ${row.label}`,
          caption: `${setup.name}; training loss on the plane of two random directions, from −1 to 1 each; ${linesPerDecade} lines for each power of ten${isResidual(row) ? "" : "; no shortcuts"}`,
          svg: contoursSvg(row.label, drawn),
        },
      ];
    }),
  );
}

function planeOf(seed: number, rows: ReturnType<typeof rowsOfAnalysis>): Plane[] {
  const places = rows.filter(({ drawn }) => drawn === "plane");
  const betas = [...new Set(places.map((row) => numberIn(row, "beta")))];
  if (betas.length < 2) return [];
  const losses = betas.map((beta) => places.filter((row) => row.beta === beta).map((row) => numberIn(row, "loss")));
  return [{ seed, losses }];
}

/** The text of an SVG file; sizes in pixels. */
function contoursSvg(net: string, planes: readonly Plane[]): string {
  // Wide enough for the line of words above them.
  const width = Math.max(340, gap + planes.length * (side + gap));
  const height = top + side + gap;
  const drawings = planes.map(({ seed, losses }, place) => {
    const left = gap + place * (side + gap);
    const lines = levelsOf(losses).map(
      (level) =>
        `<path d="${contour(losses, level)}" stroke="${colourOf(level)}"><title>loss ${(10 ** (level / linesPerDecade)).toPrecision(2)}</title></path>`,
    );
    return `<text x="${left}" y="${top - 8}">seed ${seed}</text>
<g transform="translate(${left} ${top})" fill="none" stroke-width="1.2"><rect width="${side}" height="${side}" stroke="#888"/>
${lines.join("\n")}</g>
<circle cx="${left + side / 2}" cy="${top + side / 2}" r="2.5"/>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="Helvetica, Arial, sans-serif" font-size="11">`,
    `<title>Loss around ${escapeXml(net)}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="${gap}" y="22" font-size="14" font-weight="bold">${escapeXml(net)}</text>`,
    `<text x="${gap}" y="38" fill="#555">blue: low loss, red: high loss; the dot is the trained net</text>`,
    ...drawings,
    "</svg>",
    "",
  ].join("\n");
}

/** The numbers of the lines that cross the plane: line k is where the loss is 10^(k / linesPerDecade). */
function levelsOf(losses: Plane["losses"]): number[] {
  const logs = losses.flat().filter(Number.isFinite).map(scaled);
  const [low, high] = [Math.ceil(Math.min(...logs)), Math.floor(Math.max(...logs))];
  return Array.from({ length: Math.max(0, high - low + 1) }, (_, i) => low + i);
}

function scaled(loss: number): number {
  return linesPerDecade * Math.log10(loss);
}

/** The line as segments through the cells between neighbouring places; values between them are interpolated. */
export function contour(losses: Plane["losses"], level: number): string {
  const steps = losses.length - 1;
  const segments: string[] = [];
  for (let row = 0; row < steps; row++) {
    for (let column = 0; column < steps; column++) {
      const corners = [
        [column, row],
        [column + 1, row],
        [column + 1, row + 1],
        [column, row + 1],
      ] as const;
      const crossings = corners.flatMap(([x, y], i) => {
        const [nextX, nextY] = corners[(i + 1) % 4]!;
        const [from, to] = [scaled(losses[y]![x]!) - level, scaled(losses[nextY]![nextX]!) - level];
        if (!(from < 0 !== to < 0) || !Number.isFinite(from + to)) return [];
        const share = from / (from - to);
        const place = (a: number, b: number) => (((a + share * (b - a)) * side) / steps).toFixed(1);
        return [`${place(x, nextX)} ${place(y, nextY)}`];
      });
      for (let i = 0; i + 1 < crossings.length; i += 2) segments.push(`M${crossings[i]}L${crossings[i + 1]}`);
    }
  }
  return segments.join("");
}

/** Blue below a loss of 1, red above it. */
function colourOf(level: number): string {
  const share = Math.max(0, Math.min(1, 0.5 + level / (6 * linesPerDecade)));
  const mixed = [31 + share * 148, 95 - share * 57, 168 - share * 138].map((value) => Math.round(value));
  return `rgb(${mixed.join(" ")})`;
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
