// Reports that several machines make at once in a shared directory, with equal process ids, as in containers.
import { spawn, spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeRecords } from "../cli/results.ts";
import { temporaryDirectory } from "../records/sample-run.ts";
import { doneRecord } from "./sample-records.ts";

const program = new URL("../../bin/resnet-exp.cjs", import.meta.url).pathname;
const spaces = ["--uts", "--pid", "--fork", "--kill-child", "--mount-proc"];
const canSeparate = spawnSync("unshare", [...spaces, "true"]).status === 0;

/** Makes the report on a machine with that name. Resolves with its exit code and its errors. */
function reportOn(host: string, results: string): Promise<[code: number | null, errors: string]> {
  const script = 'hostname "$1"; shift; exec "$@"';
  const child = spawn("unshare", [
    ...[...spaces, "sh", "-c", script, "sh", host],
    ...[process.execPath, program, "report", "--results", results],
  ]);
  let errors = "";
  child.stdout.resume();
  child.stderr.on("data", (text) => {
    errors += text;
  });
  return new Promise((resolve) => child.on("close", (code) => resolve([code, errors])));
}

function filesUnder(results: string): Record<string, string> {
  const study = join(results, "plain-vs-res");
  const files = readdirSync(study, { recursive: true, encoding: "utf8", withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    files.map(({ parentPath, name }) => [join(parentPath, name), readFileSync(join(parentPath, name), "latin1")]),
  );
}

test.skipIf(!canSeparate)(
  "three hosts with equal process ids that report at once leave the report of one",
  async () => {
    const results = temporaryDirectory();
    writeRecords(results, [doneRecord({}, 0.25, 0.5), doneRecord({ seed: 1 }, 0.2, 0.4)]);
    expect(await reportOn("h0", results)).toEqual([0, ""]);
    const expected = filesUnder(results);
    const hosts = ["h1", "h2", "h3"];
    expect(await Promise.all(hosts.map((host) => reportOn(host, results)))).toEqual(hosts.map(() => [0, ""]));
    expect(filesUnder(results)).toEqual(expected);
  },
);
