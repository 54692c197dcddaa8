// A terminal that collects its text, and results on the disk, for tests of commands.
import type { Io } from "../../src/cli/terminal/io.ts";
import type { RunRecord } from "../../src/records/record.ts";
import { RunDirectory } from "../../src/records/run-directory.ts";
import { sampleTensors } from "../records/sample-run.ts";

/** A terminal 100 characters wide. `text` and `errors` are what was written to it. */
export function collectingIo(): Io & { text: string; errors: string } {
  return {
    text: "",
    errors: "",
    out(text) {
      this.text += text;
    },
    err(text) {
      this.errors += text;
    },
    columns: 100,
    tableWidth: 100,
    stderrIsTerminal: false,
    isUtf8: true,
    signal: new AbortController().signal,
  };
}

/** Writes records to the disk as training would have. */
export function writeRecords(results: string, records: readonly RunRecord[]): void {
  for (const { run, metrics, done, failed } of records) {
    const directory = RunDirectory.open(results, run.spec.experiment, run.id);
    directory.writeRun(run);
    for (const metric of metrics) directory.appendMetric(metric);
    if (failed) directory.fail(failed);
    if (done) directory.finish(done, sampleTensors(1));
    directory.close();
  }
}
