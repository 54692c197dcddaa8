// Labels of cells in tables and progress bars: the paper's name of the net, then what tells it from the study's other cells.
import { axisText, shortKey } from "./axis-text.ts";
import type { Cell } from "./cells.ts";
import { isDecisive, leavesOf } from "./decisive.ts";
import { implied } from "./implied.ts";
import { isPlain, ownShortcut } from "./names.ts";
import type { AxisValue, RunSections } from "./schema.ts";
import { schemaAt } from "./vocabulary.ts";

/**
 * A label for each cell: "plain-34" or "ResNet-34"; "ResNet-34 A" if shortcuts vary; "ResNet-50 bottleneck" if nets of one
 * name have different blocks; "ResNet-56 full-pre-activation" if the activation varies; then "key=value" for each other
 * axis in which the cell differs from a cell that is otherwise the same. A cell that several others vary in one value each
 * leaves out the values that are defaults. Cells that differ in a decisive value have different labels.
 */
export function labelCells(cells: readonly Cell[]): string[] {
  const models = cells.map(({ sections }) => sections.model);
  const shortcutsVary = distinct(models.filter(({ block }) => !ownShortcut(block)).map(({ shortcut }) => shortcut)) > 1;
  const blocksMeet = new Set(models.map(netName).filter((name) => distinctBlocks(name, models) > 1));
  const keys = Object.keys(cells[0]?.axes ?? {}).filter(
    (key) => !named.includes(key) && distinct(cells.map((cell) => textOn(key, cell))) > 1,
  );
  const told = cells.map((cell) => keys.filter((key) => variesBesides(key, cell, cells)));
  const tellers = countTellers(cells, told);
  const unusual = cells.map((cell, i) =>
    told[i]!.filter((key) => told[i]!.length < 2 || !isUsual(key, cell) || tellers(key, cell) > 1),
  );
  const label = (cell: Cell, chosen: readonly string[]): string => {
    const { model } = cell.sections;
    const words = [netName(model)];
    if (blocksMeet.size > 0) words.push(model.block.replace(/^plain-?/, "") || "basic");
    if (shortcutsVary && !ownShortcut(model.block)) words.push(model.shortcut);
    for (const key of chosen) {
      const value = textOn(key, cell);
      words.push(key === "model.activation" ? value : `${shortKey(key, keys)}=${value}`);
    }
    return words.join(" ");
  };
  const choices = [unusual, told].map((chosen) => cells.map((cell, i) => label(cell, chosen[i]!)));
  const labels = choices.find((labels) => distinct(labels) === cells.length) ?? cells.map((cell) => label(cell, keys));
  return labels.map((text, i) => [text, ...differences(cells, i, (other) => labels[other] === text)].join(" "));
}

/** "path=value" for each decisive value that tells a cell from others with the same label. */
function differences(cells: readonly Cell[], index: number, isNamesake: (other: number) => boolean): string[] {
  const namesakes = cells.filter((_, other) => isNamesake(other)).map((cell) => leavesOf(cell.sections));
  if (namesakes.length < 2) return [];
  return leavesOf(cells[index]!.sections).flatMap(([path, value]) => {
    const values = namesakes.map((leaves) => leaves.find(([other]) => other === path)?.[1]);
    return isDecisive(path) && distinct(values.map(String)) > 1 ? [`${path}=${value}`] : [];
  });
}

function textOn(key: string, { axes }: Cell): string {
  return axisText(axes[key]!);
}

/** The axes that the net's name and the words after it already show. */
const named: readonly string[] = ["model.depth", "model.block", "model.shortcut"];

/** Whether another cell differs on this axis only. */
function variesBesides(key: string, cell: Cell, cells: readonly Cell[]): boolean {
  const others = Object.keys(cell.axes).filter((other) => other !== key);
  const differs = (axis: string, other: Cell) => textOn(axis, other) !== textOn(axis, cell);
  return cells.some((other) => differs(key, other) && !others.some((axis) => differs(axis, other)));
}

/** Counts the cells whose label would show the same value on the same axis. */
function countTellers(
  cells: readonly Cell[],
  told: readonly (readonly string[])[],
): (key: string, cell: Cell) => number {
  const counts = new Map<string, number>();
  const text = (key: string, cell: Cell) => `${key}=${textOn(key, cell)}`;
  for (const [i, cell] of cells.entries()) {
    for (const key of told[i]!) counts.set(text(key, cell), (counts.get(text(key, cell)) ?? 0) + 1);
  }
  return (key, cell) => counts.get(text(key, cell)) ?? 0;
}

/** Whether a cell's value on an axis is the default. */
function isUsual(key: string, cell: Cell): boolean {
  // The default of lastSurvival holds only where stochasticDepth is given. Without it, no block is dropped.
  const usual = key === "model.stochasticDepth.lastSurvival" ? implied.lastSurvival : schemaAt(key.split("."))?.default;
  return usual !== undefined && textOn(key, cell) === axisText(usual as AxisValue);
}

type Model = RunSections["model"];

function netName({ block, depth }: Model): string {
  return `${isPlain(block) ? "plain" : "ResNet"}-${depth}`;
}

function distinctBlocks(name: string, models: readonly Model[]): number {
  return distinct(models.filter((model) => netName(model) === name).map(({ block }) => block));
}

function distinct(values: readonly unknown[]): number {
  return new Set(values).size;
}
