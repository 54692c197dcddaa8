// A net's diagram as SVG: rows from top to bottom, lanes from left to right.
import type { Diagram, DiagramNode, Wire } from "./diagram.ts";

const rowHeight = 40;
const laneWidth = 190;
const box = { width: 160, height: 26 };
const pillWidth = 88;
const joinRadius = 11;
const margin = { left: 20, top: 60, right: 90, bottom: 40 };
/** How far right of a lane's boxes a wire runs that passes rows of the lane. */
const leap = box.width / 2 + 24;
const corner = 8;

/** The diagram as the text of an SVG file: black on white, sizes in pixels. */
export function diagramSvg({ title, nodes, wires }: Diagram): string {
  const rows = Math.max(...nodes.map(({ row }) => row)) + 1;
  const lanes = Math.max(...nodes.map(({ lane }) => lane)) + 1;
  const width = margin.left + lanes * laneWidth + margin.right;
  const height = margin.top + rows * rowHeight + margin.bottom;
  const bottom = y(rows - 1) + rowHeight;
  const last = nodes.findLastIndex(({ lane }) => lane === 0);
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="Helvetica, Arial, sans-serif" font-size="13">`,
    `<title>${escapeXml(title)}</title>`,
    `<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z"/></marker></defs>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="${margin.left}" y="24" font-weight="bold">${escapeXml(title)}</text>`,
    `<g fill="none" stroke="#000" marker-end="url(#arrow)">`,
    ...wires.map((wire) => wirePath(wire, nodes)),
    `<path d="M${x(0)} ${lowerEdge(nodes[last]!)}V${bottom}"/>`,
    "</g>",
    ...wires.flatMap((wire) => (wire.label ? [wireLabel(wire, nodes)] : [])),
    ...nodes.map(nodeSvg),
    "</svg>",
  ];
  return `${lines.join("\n")}\n`;
}

const x = (lane: number) => margin.left + lane * laneWidth + box.width / 2;
const y = (row: number) => margin.top + row * rowHeight + rowHeight / 2;
const halfHeight = ({ shape }: DiagramNode) => (shape === "join" ? joinRadius : box.height / 2);
const upperEdge = (node: DiagramNode) => y(node.row) - halfHeight(node);
const lowerEdge = (node: DiagramNode) => y(node.row) + halfHeight(node);
const halfWidths = { join: joinRadius, pill: pillWidth / 2, box: box.width / 2 };
const rightEdge = ({ shape, lane }: DiagramNode) => x(lane) + halfWidths[shape];

function wirePath({ from, to, dotted }: Wire, nodes: readonly DiagramNode[]): string {
  const target = nodes[to]!;
  const source = from === undefined ? undefined : nodes[from]!;
  const startLane = source?.lane ?? 0;
  const startX = x(startLane);
  const startY = source ? lowerEdge(source) : margin.top - rowHeight / 2;
  const style = dotted ? ' stroke-dasharray="2 3"' : "";
  const blocked = nodes.some(
    ({ lane, row }) => lane === startLane && row > (source?.row ?? -1) && row < target.row && lane === target.lane,
  );
  if (startLane === target.lane && !blocked) return `<path d="M${startX} ${startY}V${upperEdge(target)}"${style}/>`;
  const out = startY + 6;
  if (target.lane > startLane) {
    // To a lane on the right: the wire enters the node from above.
    return `<path d="M${startX} ${out}H${x(target.lane) - corner}q${corner} 0 ${corner} ${corner}V${upperEdge(target)}"${style}/>`;
  }
  // Back to a lane on the left, or past rows of its own lane: down the side, and into the node from the right.
  const side = startLane > target.lane ? startX : startX + leap;
  const down = y(target.row);
  const begin =
    startLane > target.lane
      ? `M${startX} ${startY}`
      : `M${startX} ${out}H${side - corner}q${corner} 0 ${corner} ${corner}`;
  return `<path d="${begin}V${down - corner}q0 ${corner} ${-corner} ${corner}H${rightEdge(target)}"${style}/>`;
}

function wireLabel({ from, to, label }: Wire, nodes: readonly DiagramNode[]): string {
  const source = from === undefined ? undefined : nodes[from]!;
  const middle = (y(source?.row ?? -1) + y(nodes[to]!.row)) / 2;
  return `<text x="${x(source?.lane ?? 0) + leap + 6}" y="${middle + 4}">${escapeXml(label!)}</text>`;
}

function nodeSvg(node: DiagramNode): string {
  const [cx, cy] = [x(node.lane), y(node.row)];
  const text = `<text x="${cx}" y="${cy + 4.5}" text-anchor="middle">${escapeXml(node.text)}</text>`;
  if (node.shape === "join")
    return `<circle cx="${cx}" cy="${cy}" r="${joinRadius}" fill="#fff" stroke="#000"/>${text}`;
  const [width, radius, fill] = node.shape === "box" ? [box.width, 2, "#e8eef7"] : [pillWidth, 13, "#fff"];
  const rectangle = `<rect x="${cx - width / 2}" y="${cy - box.height / 2}" width="${width}" height="${box.height}" rx="${radius}" fill="${fill}" stroke="#000"/>`;
  return rectangle + text;
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
