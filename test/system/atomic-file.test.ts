import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { UserError } from "../../src/errors.ts";
import { jsonText, writeError, writeFileAtomically } from "../../src/system/atomic-file.ts";
import { temporaryDirectory } from "../records/sample-run.ts";

describe("an atomic write", () => {
  let folder: string;
  beforeEach(() => {
    folder = temporaryDirectory();
  });

  it("leaves the whole new file and no temporary file", () => {
    const path = join(folder, "table.csv");
    writeFileAtomically(path, "old");
    writeFileAtomically(path, (sink) => {
      sink(Buffer.from("ne"));
      sink(Buffer.from("w"));
    });
    expect(readFileSync(path, "utf8")).toBe("new");
    expect(readdirSync(folder)).toEqual(["table.csv"]);
  });

  it("leaves the old file if the content fails half-way", () => {
    const path = join(folder, "table.csv");
    writeFileAtomically(path, "old");
    const write = () =>
      writeFileAtomically(path, (sink) => {
        sink(Buffer.from("half"));
        throw new TypeError("no more");
      });
    expect(write).toThrow(new TypeError("no more"));
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["table.csv"]);
  });

  it("leaves the old file if the writer learns at the last moment that it may not write", () => {
    const path = join(folder, "table.csv");
    writeFileAtomically(path, "old");
    const refuse = () => {
      throw new UserError("Not now.");
    };
    expect(() => writeFileAtomically(path, "new", refuse)).toThrow(new UserError("Not now."));
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["table.csv"]);
  });

  it("says which file could not be written", () => {
    mkdirSync(join(folder, "file"), { recursive: true });
    writeFileSync(join(folder, "file", "inner"), "");
    const path = join(folder, "file", "inner", "table.csv");
    expect(() => writeFileAtomically(path, "text")).toThrow(UserError);
    expect(() => writeFileAtomically(path, "text")).toThrow(/^Expected to write .*table\.csv, got ENOTDIR/);
  });

  it("distinguishes a full disk, a forbidden directory and a bug", () => {
    const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    expect(writeError("a.csv", full)).toMatchObject({
      message: "Expected to write a.csv, got ENOSPC: no space left on device, write.",
      hints: ["Free some disk space, then type the same command again."],
    });
    for (const [code, hint] of [
      ["ELOOP", "A link on the way leads back to itself: remove it, or choose another place with --results DIR."],
      ["ENAMETOOLONG", "Choose a shorter path with --results DIR."],
    ] as const) {
      expect(writeError("a.csv", Object.assign(new Error(code), { code }))).toMatchObject({ hints: [hint] });
    }
    const bug = new TypeError("x");
    expect(writeError("a.csv", bug)).toBe(bug);
  });

  it("indents JSON by two spaces and ends it with a line end", () => {
    expect(jsonText({ a: [1] })).toBe('{\n  "a": [\n    1\n  ]\n}\n');
  });
});
