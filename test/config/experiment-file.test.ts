import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { readExperimentFile } from "../../src/config/experiment-file.ts";
import { answer, temporaryFolder } from "./folder.ts";

const folder = temporaryFolder();

function answerTo(name: string): string {
  return answer(() => readExperimentFile(join(folder.path, name))).replaceAll(folder.path, "DIR");
}

describe("readExperimentFile", () => {
  beforeAll(() => {
    mkdirSync(join(folder.path, "empty"));
    for (const name of ["plain-vs-res.yaml", "depth.yml", "notes.txt"])
      writeFileSync(join(folder.path, name), "a: 1\n");
  });

  it("reads text, without the byte order mark that some editors add", () => {
    const file = join(folder.path, "marked.yaml");
    writeFileSync(file, "\ufeffname: é\n");
    expect(readExperimentFile(file)).toEqual({ file, text: "name: é\n" });
  });

  it("suggests the nearest file if the file is missing", () => {
    expect(answerTo("plain-vs-ers.yaml")).toBe(
      'Expected "DIR/plain-vs-ers.yaml" to be a file, got no such file.\n  Did you mean DIR/plain-vs-res.yaml?',
    );
    expect(answerTo("depth")).toBe(
      'Expected "DIR/depth" to be a file, got no such file.\n  Did you mean DIR/depth.yml?',
    );
  });

  it("lists the files of the directory if none has a similar name", () => {
    expect(answerTo("something-else.yaml")).toBe(
      'Expected "DIR/something-else.yaml" to be a file, got no such file.\n  Found there: DIR/depth.yml, DIR/marked.yaml, DIR/plain-vs-res.yaml.',
    );
    expect(answerTo("empty/a.yaml")).toBe(
      'Expected "DIR/empty/a.yaml" to be a file, got no such file.\n  There is no YAML file in "DIR/empty".',
    );
  });

  it("says so if the directory is missing too", () => {
    expect(answerTo("nowhere/a.yaml")).toBe(
      'Expected "DIR/nowhere/a.yaml" to be a file, got no such file.\n  There is no directory "DIR/nowhere" either.',
    );
    expect(answerTo("depth.yml/a.yaml")).toBe(
      'Expected "DIR/depth.yml/a.yaml" to be a file, got no such file.\n  There is no directory "DIR/depth.yml" either.',
    );
  });

  it("says where a link leads, and never suggests the path that was given", () => {
    mkdirSync(join(folder.path, "links"));
    symlinkSync("gone.yaml", join(folder.path, "links/exp.yaml"));
    symlinkSync("loop.yaml", join(folder.path, "links/loop.yaml"));
    symlinkSync("gone", join(folder.path, "links/folder"));
    expect(answerTo("links/exp.yaml")).toBe(
      'Expected "DIR/links/exp.yaml" to be a file, got a link to gone.yaml, which is not there.\n  There is no YAML file in "DIR/links".',
    );
    expect(answerTo("links/loop.yaml")).toBe(
      'Expected "DIR/links/loop.yaml" to be a file, got a link to loop.yaml, which leads back to itself.\n  There is no YAML file in "DIR/links".',
    );
    expect(answerTo("links/folder/a.yaml")).toBe(
      'Expected "DIR/links/folder/a.yaml" to be a file, got no such file.\n  "DIR/links/folder" is a link to gone, which is not there.',
    );
    writeFileSync(join(folder.path, "links/exq.yaml"), "a: 1\n");
    expect(answerTo("links/exp.yaml")).toMatch(/\n {2}Did you mean DIR\/links\/exq\.yaml\?$/);
  });

  it("refuses a directory and lists what is in it", () => {
    expect(answerTo("empty")).toBe(
      'Expected "DIR/empty" to be a file, got a directory.\n  There is no YAML file in "DIR/empty".',
    );
    expect(answerTo("")).toBe(
      'Expected "DIR" to be a file, got a directory.\n  Found there: DIR/depth.yml, DIR/marked.yaml, DIR/plain-vs-res.yaml.',
    );
  });

  it.skipIf(process.platform === "win32")("refuses a pipe instead of waiting for its other end", () => {
    execFileSync("mkfifo", [join(folder.path, "pipe")]);
    expect(answerTo("pipe")).toBe('Expected "DIR/pipe" to be a file, got a device or a pipe.');
  });

  it("refuses a path that no file can have", () => {
    expect(answer(() => readExperimentFile("a\0b"))).toBe('Expected a path to an experiment file, got "a\\u0000b".');
    expect(answerTo("x".repeat(300))).toMatch(/^Expected "DIR\/x{300}" to be readable, got: ENAMETOOLONG/);
  });

  it("refuses a file far too large to be an experiment, without reading it", () => {
    writeFileSync(join(folder.path, "large.yaml"), "#".repeat(256 * 1024 + 1));
    expect(answerTo("large.yaml")).toBe(
      'Expected "DIR/large.yaml" to have at most 256 KiB, got 257 KiB.\n  An experiment file is a short text file. Check that the path is right.',
    );
  });

  it("refuses bytes that are not text and says where they are", () => {
    writeFileSync(join(folder.path, "latin.yaml"), Buffer.from("name: a\nquestion: caf\xe9 noir\n", "latin1"));
    expect(answerTo("latin.yaml")).toBe(`DIR/latin.yaml:2:14  Expected text in UTF-8, got other bytes.
    2 | question: caf� noir
      |              ^
      Save the file as UTF-8.`);
    writeFileSync(join(folder.path, "utf16.yaml"), Buffer.from("\ufeffname: a\n", "utf16le"));
    expect(answerTo("utf16.yaml")).toMatch(/^DIR\/utf16\.yaml:1:1 {2}Expected text in UTF-8, got other bytes\.\n/);
  });

  it("refuses control characters", () => {
    writeFileSync(join(folder.path, "nul.yaml"), "name: a\0b\n");
    expect(answerTo("nul.yaml")).toBe(`DIR/nul.yaml:1:8  Expected text, got the control character U+0000.
    1 | name: a·b
      |        ^`);
  });
});
