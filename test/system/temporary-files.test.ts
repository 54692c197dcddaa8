import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { removeAbandonedFiles, removeTemporaryFiles, temporaryName } from "../../src/system/temporary-files.ts";

describe("a temporary file", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "resnet-exp-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
  });
  const write = (...names: string[]) => {
    for (const name of names) writeFileSync(join(folder, name), "half");
  };
  /** A name of this process, in parts that a test can change. */
  const own = () => basename(temporaryName(join(folder, "table.csv")));

  it("has a new name each time, which says which process writes it", () => {
    expect(own()).toMatch(new RegExp(`^\\.table\\.csv\\.[0-9a-f]{8}-${process.pid}-[0-9a-f]{8}-\\d+\\.tmp$`));
    expect(own()).not.toBe(own());
  });

  it("has another name in a process with the same id, as in another container", () => {
    const script = `process.stdout.write((await import(${JSON.stringify(moduleUrl)})).temporaryName("x"))`;
    const ask = () => {
      const command = ["--input-type=module", "-e", script];
      const { stdout } = spawnSync("unshare", ["--pid", "--fork", "--mount-proc", process.execPath, ...command]);
      return stdout.toString();
    };
    const [first, second] = [ask(), ask()];
    if (first === "") return console.log("skipped: only root can make a space of process ids");
    expect(first).toMatch(/^\.x\.[0-9a-f]{8}-1-/);
    expect(second).not.toBe(first);
  });

  it("of a killed process is deleted, and no other file is", () => {
    write(".done.json.123-1.tmp", own(), "notes.tmp");
    removeTemporaryFiles(folder);
    expect(readdirSync(folder)).toEqual(["notes.tmp"]);
  });

  it("in a shared directory is deleted if its process is gone, but not if the process is alive", () => {
    const { pid } = spawnSync(process.execPath, ["--version"]);
    const alive = own();
    const dead = alive.replace(`-${process.pid}-`, `-${pid}-`);
    write(dead, alive, ".hidden", "notes.tmp");
    removeAbandonedFiles(folder);
    expect(readdirSync(folder).sort()).toEqual([".hidden", alive, "notes.tmp"].sort());
  });

  it("of a process that cannot be seen from here is deleted after a day, whatever its id", () => {
    const { pid } = spawnSync(process.execPath, ["--version"]);
    const name = (serial: number) => `.table.csv.01234567-${pid}-89abcdef-${serial}.tmp`;
    write(name(1), name(2), ".table.csv.515-7.tmp");
    utimesSync(join(folder, name(2)), 0, 0);
    utimesSync(join(folder, ".table.csv.515-7.tmp"), 0, 0);
    removeAbandonedFiles(folder);
    expect(readdirSync(folder)).toEqual([name(1)]);
  });
});

const moduleUrl = new URL("../../dist/system/temporary-files.js", import.meta.url).href;
