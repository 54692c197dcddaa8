// npm's install in a checkout without TypeScript, and the message of a program that was never built.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, it } from "vitest";
import { temporaryDirectory } from "../helpers/program.ts";

let checkout: string;
beforeEach(() => {
  checkout = temporaryDirectory();
  cpSync(new URL("../../bin", import.meta.url).pathname, join(checkout, "bin"), { recursive: true });
  writeFileSync(join(checkout, "package.json"), JSON.stringify({ type: "module", scripts: { build: "exit 7" } }));
});

const run = (file: string) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(checkout, "bin", file)], { encoding: "utf8" });
  return [status, stdout, stderr];
};

it("says what to type if nothing can be built", () => {
  expect(run("prepare.js")).toEqual([
    1,
    "",
    "Expected TypeScript, which builds the program, but npm left development dependencies out.\n  Run `npm ci --include=dev`. Afterwards, `npm prune --omit=dev` removes them again.\n",
  ]);
  expect(run("resnet-exp.cjs")).toEqual([
    2,
    "",
    `Expected the program to be built.\n  Run \`npm ci --include=dev\` in ${checkout}.\n`,
  ]);
});

it("keeps a program that was already built, and says so", () => {
  mkdirSync(join(checkout, "dist/cli"), { recursive: true });
  writeFileSync(join(checkout, "dist/cli/main.js"), "");
  expect(run("prepare.js")).toEqual([
    0,
    "resnet-exp: npm left TypeScript out, so dist/ was not built again. To build it: `npm ci --include=dev`.\n",
    "",
  ]);
});

it("builds if TypeScript is installed, and exits as the build does", () => {
  mkdirSync(join(checkout, "node_modules/typescript"), { recursive: true });
  writeFileSync(join(checkout, "node_modules/typescript/package.json"), "{}");
  expect(run("prepare.js")[0]).toBe(7);
});
