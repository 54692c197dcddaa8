// The table of an engine's checks that `doctor` prints.
import type { Finding } from "../../conformance/finding.ts";
import type { Column } from "../../text/column.ts";
import { terminalTable } from "../../text/terminal-table.ts";

/** The findings of one check, one for each part. */
interface Check {
  readonly name: string;
  readonly findings: readonly Finding[];
}

const checkColumns: readonly Column<Check>[] = [
  { title: "", text: ({ findings }) => mark(findings.every(({ held }) => held)) },
  { title: "largest relative error", text: ({ name }) => name },
  { title: "forward", align: "right", importance: 3, text: (check) => errorText(check, "forward") },
  { title: "gradient", align: "right", importance: 3, text: (check) => errorText(check, "gradient") },
  { title: "10 steps", align: "right", importance: 3, text: (check) => errorText(check, "steps") },
  {
    title: "cases",
    align: "right",
    importance: 1,
    text: ({ findings }) => String(findings.reduce((sum, { cases }) => sum + cases, 0)),
  },
];

/** A row for each check: ✓ or ✗, and the largest relative error of each part. */
export function checkTable(findings: readonly Finding[], width: number): string {
  const names = [...new Set(findings.map(({ check }) => check))];
  const checks = names.map((name) => ({ name, findings: findings.filter(({ check }) => check === name) }));
  return terminalTable(checkColumns, checks, width);
}

function errorText({ findings }: Check, part: Finding["part"]): string {
  const finding = findings.find((each) => each.part === part);
  if (!finding) return "";
  return finding.error === null ? "✗" : errorWords(finding.error);
}

/** ✓ or ✗. */
export function mark(held: boolean): string {
  return held ? "✓" : "✗";
}

/** "1.2e-6" */
export function errorWords(value: number): string {
  return value === 0 ? "0" : value.toExponential(1);
}
