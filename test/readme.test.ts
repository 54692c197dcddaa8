// Checks that the numbers README shows are those of the committed results.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readRuns } from "../src/records/record.ts";
import { type SummaryRow, tabulate } from "../src/reports/analysis/tabulate.ts";
import { claimResultsOf } from "../src/reports/claims/claim-result.ts";

const root = new URL("..", import.meta.url).pathname;
const read = (file: string) => readFileSync(join(root, file), "utf8");
const readme = read("README.md");
const text = readme.replace(/\s+/g, " ");
const onRealImages = committed("cifar-depth").filter(({ iterations }) => iterations === 6400);

/** A number in percent as README shows it, beside what it must be rounded from. */
interface Shown {
  readonly shown: string;
  readonly value: number;
}

test("the table of CIFAR-10 has the means of all nets, and the paper's errors", () => {
  const cells = [...readme.matchAll(/^\| (\d+) layers \|(.*)\|$/gm)].flatMap(([, depth, rest = ""]) => {
    const [plain = "", residual = "", ...paper] = rest.split("|").map((cell) => cell.trim());
    return [
      { label: `plain-${depth}`, ours: plain, paper: paper[0] ?? "" },
      { label: `ResNet-${depth}`, ours: residual, paper: paper[1] ?? "" },
    ].filter(({ ours }) => ours !== "");
  });
  expect(cells.map(({ label }) => label).sort()).toEqual(onRealImages.map(({ label }) => label).sort());
  const shown = cells.flatMap(({ label, ours, paper }) => {
    const row = rowOf(onRealImages, label);
    return [
      ...pair(ours, row.trainError?.mean, row.testError?.mean),
      ...pair(paper, row.paperTrainError, row.paperError),
    ];
  });
  expect(shown.filter(isWrong)).toEqual([]);
});

test("the text says how many runs these are means of", () => {
  expect(text).toContain("means of two runs, but one of ResNet-110");
  const others = onRealImages.filter(({ label, runs }) => runs.length !== (label === "ResNet-110" ? 1 : 2));
  expect(others.map(({ label }) => label)).toEqual([]);
});

test("the text has the degradation of 56 layers with its interval", () => {
  const runs = onRealImages.flatMap((row) => [...row.runs]);
  const [result] = claimResultsOf(runs).filter(({ claim }) => claim.id === "degradation-56");
  const { difference, low, high } = result!.comparisons[0]!;
  const degradation = /train ([\d.]+) points worse than 20 \(95 % interval ([\d.]+) to ([\d.]+)\)/;
  expect(numbersOf(degradation, [difference, low, high]).filter(isWrong)).toEqual([]);
});

test("the text has the test errors in which PyTorch's curves end", () => {
  const files = readdirSync(join(root, "results/reference/pytorch"));
  const nets = ["plain-20", "plain-56", "resnet-20"];
  expect(files.sort()).toEqual(nets.map((net) => `${net}-6400-iterations.csv`));
  const ends = files.map((file) => read(`results/reference/pytorch/${file}`).trim().split("\n").at(-1)!.split(","));
  expect(ends.map(([iterations]) => iterations)).toEqual(["6400", "6400", "6400"]);
  const sentence = /PyTorch ends at ([\d.]+) % with plain-20, ([\d.]+) % with plain-56 and ([\d.]+) % with ResNet-20/;
  const errors = ends.map(([, , testError]) => Number(testError) / 100);
  expect(numbersOf(sentence, errors).filter(isWrong)).toEqual([]);
});

test("the table of the first command has our own means and scatter under “reference”", () => {
  const rows = committed("plain-vs-res").filter(({ dataset }) => dataset === "synthetic");
  const shown = [...readme.matchAll(/^((?:plain|ResNet)-\d+) .* ([\d.]+) ± ([\d.]+) {2}not comparable$/gm)];
  expect(shown.map(([, label]) => label)).toEqual(["plain-18", "plain-34", "ResNet-18", "ResNet-34"]);
  for (const [, label = "", mean = "", std = ""] of shown) {
    const { testError, runs } = rowOf(rows, label);
    expect(runs).toHaveLength(5);
    expect([numberOf(mean, testError?.mean), numberOf(std, testError?.std)].filter(isWrong)).toEqual([]);
  }
});

function committed(study: string): readonly SummaryRow[] {
  return tabulate(readRuns(join(root, "results/reference"), [study]).runs);
}

function rowOf(rows: readonly SummaryRow[], label: string): SummaryRow {
  const [row, ...others] = rows.filter((candidate) => candidate.label === label);
  if (!row || others.length > 0) throw new Error(`expected one row of ${label}, got ${others.length + (row ? 1 : 0)}`);
  return row;
}

/** "1.4 / 9.69": a training error, then a test error. */
function pair(cell: string, train: number | undefined, testError: number | undefined): readonly Shown[] {
  const [first = "", second = ""] = cell.split(" / ");
  return [numberOf(first, train), numberOf(second, testError)];
}

/** The numbers of a sentence in README, which must have one for each value. */
function numbersOf(sentence: RegExp, fractions: readonly (number | undefined)[]): readonly Shown[] {
  const numbers = sentence.exec(text)?.slice(1) ?? [];
  expect(numbers).toHaveLength(fractions.length);
  return numbers.map((shown, i) => numberOf(shown, fractions[i]));
}

function numberOf(shown: string, fraction: number | undefined): Shown {
  return { shown, value: 100 * (fraction ?? Number.NaN) };
}

/** Whether a number is not the value, rounded to the digits shown. */
function isWrong({ shown, value }: Shown): boolean {
  const digits = shown.split(".")[1]?.length ?? 0;
  return !(Math.abs(Number(shown) - value) <= 0.5 * 10 ** -digits + 1e-9);
}
