// A confusion matrix as a picture: a row for the class of the images, a column for what the net takes them for, each cell
// with its share of the row in per cent. Right answers are blue, wrong ones red.
import { confusionsOf, type NetConfusion } from "../analysis/confusions.ts";
import type { Setup } from "../analysis/setups.ts";
import { drawnSetups } from "./list.ts";

export interface Picture {
  /** The name of its files: "confusion-resnet-20". */
  readonly name: string;
  readonly title: string;
  readonly caption: string;
  readonly svg: string;
}

/** Larger matrices are in the CSV only. */
export const mostDrawnClasses = 20;
/** Pictures of a set-up at most. */
const mostPictures = 6;
const cell = 30;
const letter = 6;
const longestName = 18;

/** The pictures of the set-ups that are drawn; names of the first set-up's are plain. */
export function confusionPictures(setups: readonly Setup[]): Picture[] {
  return setups.slice(0, drawnSetups).flatMap((setup, i) => {
    const names = new Set<string>();
    return confusionsOf(setup)
      .filter(({ confusion }) => confusion.classes.length <= mostDrawnClasses)
      .slice(0, mostPictures)
      .map((net) => {
        let name = `confusion-${slugOf(net.net)}${i === 0 ? "" : `-${setup.slug}`}`;
        while (names.has(name)) name += "-2";
        names.add(name);
        return { name, title: `Confusion matrix of ${net.net}`, caption: captionOf(net), svg: confusionSvg(net) };
      });
  });
}

function captionOf({ setup, looks, runs }: NetConfusion): string {
  return `${setup}; ${looks}${runs > 1 ? `; sum over ${runs} runs` : ""}; rows: class of the images; columns: what they are taken for; per cent of a row`;
}

function slugOf(label: string): string {
  return label
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}

/** The text of an SVG file; sizes in pixels. */
export function confusionSvg({ net, confusion: { classes, cells } }: NetConfusion): string {
  const names = classes.map((name) => (name.length > longestName ? `${name.slice(0, longestName - 1)}…` : name));
  const lettering = Math.max(...names.map(({ length }) => length)) * letter + 12;
  const [left, top] = [lettering + 18, lettering + 44];
  const side = classes.length * cell;
  const [width, height] = [left + side + 16, top + side + 16];
  const totals = classes.map((_, row) => cells.reduce((sum, [own, , images]) => sum + (own === row ? images : 0), 0));
  const middle = (i: number) => i * cell + cell / 2;
  const squares = cells.map(([own, taken, images]) => {
    const share = images / totals[own]!;
    const [x, y] = [left + taken * cell, top + own * cell];
    const colour = own === taken ? "#1f5fa8" : "#b3261e";
    const label = `${classes[own]!} taken for ${classes[taken]!}: ${images} of ${totals[own]!}`;
    return [
      `<rect x="${x}" y="${y}" width="${cell}" height="${cell}" fill="${colour}" fill-opacity="${opacity(share)}"><title>${escapeXml(label)}</title></rect>`,
      `<text x="${x + cell / 2}" y="${y + cell / 2 + 4}" text-anchor="middle"${opacity(share) > 0.55 ? ' fill="#fff"' : ""}>${percentOf(share)}</text>`,
    ].join("\n");
  });
  const lines = classes.map((_, i) => i).concat(classes.length);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="Helvetica, Arial, sans-serif" font-size="11">`,
    `<title>${escapeXml(`Confusion matrix of ${net}`)}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="12" y="20" font-size="14" font-weight="bold">${escapeXml(net)}</text>`,
    `<text x="${left}" y="36" fill="#555">taken for</text>`,
    `<g>${names.map((name, i) => `<text x="${left - 8}" y="${top + middle(i) + 4}" text-anchor="end">${escapeXml(name)}</text>`).join("\n")}</g>`,
    `<g>${names.map((name, i) => `<text transform="translate(${left + middle(i) + 4} ${top - 8}) rotate(-90)">${escapeXml(name)}</text>`).join("\n")}</g>`,
    ...squares,
    `<g stroke="#ccc">${lines.map((i) => `<path d="M${left} ${top + i * cell}h${side}M${left + i * cell} ${top}v${side}"/>`).join("")}</g>`,
    "</svg>",
    "",
  ].join("\n");
}

// A share of a few per cent is still to be seen.
function opacity(share: number): number {
  return Number((0.08 + 0.92 * share).toFixed(3));
}

/** "7"; "<1" if it rounds to nothing. */
function percentOf(share: number): string {
  const rounded = Math.round(100 * share);
  return rounded === 0 ? "&lt;1" : String(rounded);
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
