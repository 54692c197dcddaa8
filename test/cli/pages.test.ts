// The commands of README and docs. .ci/run runs those in the fences that begin with "```sh"; a fence "```sh no-ci" needs what CI
// lacks. All of them must be commands of the program.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { read, wordsOf } from "./read-command.ts";

const root = new URL("../../", import.meta.url).pathname;
const pages = ["README.md", ...readdirSync(join(root, "docs")).map((file) => `docs/${file}`)];

/** The lines that CI runs. */
function commandsOf(page: string): string[] {
  const text = execFileSync(join(root, ".ci/page-commands"), [page], { cwd: root, encoding: "utf8" });
  return text.split("\n").filter((line) => line !== "");
}

/** The words behind each `resnet-exp` of a line, up to its comment. */
function ours(line: string): string[] {
  return [...line.replace(/ # .*$/, "").matchAll(/(?<=\bnpx resnet-exp )[^&]+/g)].map(([words]) => words.trim());
}

describe("the commands of", () => {
  test("README are run in CI from the first one on, as they stand", () => {
    const [first, ...others] = commandsOf("README.md");
    expect(first).toBe("npm ci && npx resnet-exp run experiments/plain-vs-res.yaml");
    expect(others).toContain("npm ci && npm test");
    expect(others.flatMap(ours).length).toBeGreaterThan(10);
  });

  test.each(pages)("%s are commands of the program", async (page) => {
    const fences = [...readFileSync(join(root, page), "utf8").matchAll(/^```sh.*\n([\s\S]*?)^```/gm)];
    for (const command of fences.flatMap(([, lines]) => lines!.split("\n").filter((line) => line.startsWith("npx")))) {
      for (const words of ours(command)) {
        const { called, text } = await read(wordsOf(words));
        expect([words, text, called !== undefined]).toEqual([words, "", true]);
      }
    }
  });

  test.each(pages)("%s leave nothing to fill in where CI runs them", (page) => {
    for (const words of commandsOf(page).flatMap(ours)) expect(words).not.toMatch(/(^| )[A-Z]{3,}( |$)/);
  });
});
