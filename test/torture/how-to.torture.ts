// Follows the how-tos of CONTRIBUTING in a copy of the checkout: makes their changes, runs the compiler once a new key is
// there, and runs their commands. A block whose fence names a file is a change to it ("diff") or the file itself. A block
// of "sh" has commands, and the text after "# →" must be in their output.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

const checkout = new URL("../..", import.meta.url).pathname;
const copied = ["bin", "experiments", "src", "test", "biome.json", "package.json", "tsconfig.json"];
const configurations = ["tsconfig.build.json", "vitest.config.ts", "vitest.torture.config.ts"];
/** Directories that no how-to changes. */
const linked = ["build", "node_modules"];

interface Block {
  readonly language: string;
  readonly file: string | undefined;
  readonly text: string;
}

interface HowTo {
  readonly title: string;
  readonly blocks: readonly Block[];
}

const sections = readFileSync(join(checkout, "CONTRIBUTING.md"), "utf8")
  .split(/^## /m)
  .map((section): HowTo => ({ title: section.slice(0, section.indexOf("\n")), blocks: blocksOf(section) }));
const common = sections.find(({ title }) => title === "How to extend the program")!;
const howTos = sections.filter((section) => section !== common && section.blocks.some(({ file }) => file));

function blocksOf(section: string): Block[] {
  return [...section.matchAll(/^( *)```(\w+)(?: (\S+))?\n([\s\S]*?)^ *```$/gm)].map(
    ([, indent = "", language = "", file, text = ""]) => ({
      language,
      file,
      text: text.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
    }),
  );
}

/** Makes a directory with everything that a build needs. */
function copyCheckout(): string {
  const directory = mkdtempSync(join(tmpdir(), "resnet-exp-how-to-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  for (const name of [...copied, ...configurations])
    cpSync(join(checkout, name), join(directory, name), { recursive: true });
  for (const name of linked) symlinkSync(join(checkout, name), join(directory, name));
  return directory;
}

/** Makes a change. Each part of it must match exactly one place in the file. */
function change(text: string, { file, text: changes }: Block): string {
  return changes.split(/^@@\n/m).reduce((changed, hunk) => {
    const lines = hunk.replace(/\n$/, "").split("\n");
    const side = (other: string) =>
      lines.flatMap((line) => (line.startsWith(other) ? [] : `${line.slice(1)}\n`)).join("");
    const before = side("+");
    expect(changed.split(before).length - 1, `places in ${file} for\n${hunk}`).toBe(1);
    return changed.replace(before, () => side("-"));
  }, text);
}

function apply(directory: string, block: Block): void {
  const path = join(directory, block.file!);
  if (block.language !== "diff") writeFileSync(path, block.text, { flag: "wx" });
  else writeFileSync(path, change(readFileSync(path, "utf8"), block));
}

/** Runs a command. @returns its output, and whether it failed */
function shell(directory: string, command: string): { failed: boolean; output: string } {
  const env = { ...process.env, NO_COLOR: "1", RESNET_EXP_DATA: join(directory, "data") };
  try {
    const output = execFileSync("bash", ["-c", `${command} 2>&1`], { cwd: directory, env, encoding: "utf8" });
    return { failed: false, output };
  } catch (error) {
    return { failed: true, output: String((error as { stdout?: unknown }).stdout) };
  }
}

function filesWithErrors(output: string): string[] {
  return [...new Set([...output.matchAll(/^(src\/\S+)\(\d+,\d+\): error/gm)].map(([, file]) => file!))].sort();
}

test("there is a how-to for each kind of change", () => {
  expect(howTos.map(({ title }) => title)).toEqual(
    expect.arrayContaining([
      "One more block",
      "One more schedule",
      "One more data set",
      "One more analysis",
      "One more table column",
    ]),
  );
});

test.each(howTos)("$title", ({ blocks }) => {
  const directory = copyCheckout();
  for (const block of common.blocks) if (block.file) apply(directory, block);
  const [first, ...rest] = blocks.filter(({ file }) => file) as [Block, ...Block[]];

  apply(directory, first);
  if (first.file === "src/config/names.ts") {
    const named = filesWithErrors(shell(directory, "npx tsc --noEmit").output);
    const changed = rest.filter(({ language }) => language === "diff").map(({ file }) => file!);
    expect(named, "what the compiler names").toEqual([...new Set(changed)].sort());
  }

  for (const block of rest) apply(directory, block);
  for (const command of ["npx tsc --noEmit", "npx biome ci --error-on-warnings src"]) {
    const { failed, output } = shell(directory, command);
    expect(failed, `${command}\n${output}`).toBe(false);
  }
  for (const { text } of blocks.filter(({ language }) => language === "sh")) {
    for (const line of text.trimEnd().split("\n")) {
      const [command, expected] = line.split(/\s+# → /) as [string, string | undefined];
      const { failed, output } = shell(directory, command);
      expect(failed, `${command}\n${output}`).toBe(false);
      if (expected !== undefined) expect(output, command).toContain(expected);
    }
  }
});
