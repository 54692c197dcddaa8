import { expect, it } from "vitest";
import { terminalTable } from "../../src/text/terminal-table.ts";
import { toneOf } from "../../src/text/tone.ts";

it("has a tone for each state, verdict and grade, by the words it begins with", () => {
  expect(["done", "running on node7 (12)", "will not start (QOS)", "not comparable", "toy"].map(toneOf)).toEqual([
    "good",
    "wait",
    "bad",
    "soft",
    "soft",
  ]);
  expect(["", "doner", "plain-18", "not"].map(toneOf)).toEqual([undefined, undefined, undefined, undefined]);
});

it("paints words of marked columns, and nothing else, without moving a column", () => {
  const columns = [
    { title: "state", mark: true as const, text: (row: readonly string[]) => row[0]! },
    { title: "note", text: (row: readonly string[]) => row[1]! },
  ];
  const rows = [
    ["done", "done"],
    ["interrupted", "$&"],
  ];
  expect(terminalTable(columns, rows, 80, (text, tone) => `<${tone} ${text}>`)).toBe(
    ["state        note", "───────────  ────", "<good done>         done", "<wait interrupted>  $&", ""].join("\n"),
  );
});
