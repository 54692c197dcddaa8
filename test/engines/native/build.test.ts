import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const build = (env: NodeJS.ProcessEnv) =>
  spawnSync(process.execPath, [join(root, "bin/build-native.js")], { cwd: root, env, encoding: "utf8" });

it("compiles nothing if the addon is up to date", () => {
  build(process.env);
  const before = statSync(join(root, "build/native.node")).mtimeMs;
  expect(build(process.env)).toMatchObject({ status: 0, stdout: "", stderr: "" });
  expect(statSync(join(root, "build/native.node")).mtimeMs).toBe(before);
});

it("says in one line how to get the engine if there is no compiler, and succeeds", () => {
  const empty = mkdtempSync(join(tmpdir(), "no-compiler-"));
  try {
    expect(build({ PATH: empty })).toMatchObject({
      status: 0,
      stdout:
        "resnet-exp: no C++ compiler, so no native engine. To get it: install g++ or clang++, then `node bin/build-native.js`.\n",
      stderr: "",
    });
  } finally {
    rmSync(empty, { recursive: true });
  }
});
