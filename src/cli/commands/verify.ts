// `verify RUN…`: checks that finished runs still match their records: checksums, numbers that are stored twice, the data,
// and the test error, which is computed again from the final weights.
import { UserError } from "../../errors.ts";
import { type Verification, verifyDamaged, verifyRun } from "../../evaluation/verification.ts";
import { wrapText } from "../../text/lines.ts";
import { findAllRecords } from "../arguments/find-run.ts";
import type { OptionsOf } from "../syntax/definition.ts";
import type { verify } from "../syntax/verify.ts";
import { datasetOpener } from "../terminal/dataset-opener.ts";
import type { Io } from "../terminal/io.ts";

export type VerifyOptions = OptionsOf<typeof verify>;

/**
 * Verifies the runs that the names mean and prints each check. Returns 0 if all checks pass, else 4.
 * @throws UserError where a name means no run or an unfinished one
 */
export async function verifyCommand(names: readonly string[], options: VerifyOptions, io: Io): Promise<number> {
  const { records, damaged } = findAllRecords(names, options.results);
  const unfinished = records.filter(({ done }) => !done);
  if (unfinished.length > 0) {
    throw new UserError(
      `Expected finished runs, got ${unfinished.map(({ run, status }) => `${run.id} (${status})`).join(", ")}.`,
      ["`resnet-exp run FILE` finishes interrupted runs; a failed run has no result to verify."],
    );
  }
  const verifications = damaged.map(verifyDamaged);
  for (const verification of verifications) if (!options.json) io.out(describe(verification, io.columns));
  const open = datasetOpener(options.data, io);
  for (const record of records) {
    const verification = await verifyRun(record, record.done!, open, options, io.signal);
    verifications.push(verification);
    if (!options.json) io.out(describe(verification, io.columns));
    if (io.signal.aborted) break;
  }
  const held = verifications.filter(({ holds }) => holds).length;
  if (options.json) io.out(`${JSON.stringify(verifications, undefined, 2)}\n`);
  else io.out(`${held} of ${verifications.length} ${verifications.length === 1 ? "run" : "runs"} passed all checks.\n`);
  return held === verifications.length ? 0 : 4;
}

const marks = { holds: "ok", fails: "FAILED", unknown: "–" } as const;

function describe({ id, checks }: Verification, columns: number): string {
  const width = Math.max(19, ...checks.map(({ name }) => name.length));
  const lines = checks.map(({ name, state, detail }) => {
    const head = `  ${marks[state].padEnd(6)}  ${name.padEnd(width)}  `;
    return (
      head + wrapText(detail, Math.max(30, columns - head.length)).replace(/\n(?!$)/g, `\n${" ".repeat(head.length)}`)
    );
  });
  return `${id}\n${lines.join("")}`;
}
