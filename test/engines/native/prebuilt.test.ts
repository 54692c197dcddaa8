import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadAddonFrom } from "../../../src/engines/native/addon.ts";
import { findPrebuilt } from "../../../src/engines/native/prebuilt.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const addon = join(root, "build/native.node");
const platform = `${process.platform}-${process.arch}`;
const digestOf = (file: string) => createHash("sha256").update(readFileSync(file)).digest("hex");

let folder: string;
let directory: URL;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "prebuilt-"));
  directory = pathToFileURL(`${folder}/`);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Puts a prebuilt binary for this machine into the folder. */
function bring({ sha256 = digestOf(addon), sources = "", file = addon } = {}): void {
  mkdirSync(join(folder, "prebuilt"));
  copyFileSync(file, join(folder, `prebuilt/${platform}.node`));
  const index = { sources, binaries: { [platform]: { sha256, stamp: "0123456789abcdef" } } };
  writeFileSync(join(folder, "prebuilt/index.json"), JSON.stringify(index));
}

/** Writes what no system loads. */
function writeBroken(path: string): void {
  mkdirSync(join(folder, path, ".."), { recursive: true });
  writeFileSync(join(folder, path), "no binary");
}

describe("the prebuilt binary", () => {
  it("is the one of this platform", () => {
    bring();
    expect(findPrebuilt(directory)).toEqual({
      file: new URL(`prebuilt/${platform}.node`, directory),
      stamp: "0123456789abcdef",
    });
  });

  it("is not there in a checkout", () => {
    expect(findPrebuilt(directory)).toEqual({ unavailable: "" });
  });

  it("is not there for a platform without one", () => {
    bring();
    expect(findPrebuilt(directory, "aix-ppc64")).toEqual({ unavailable: "there is no prebuilt binary for aix-ppc64" });
  });

  it("is refused where its digest is wrong", () => {
    bring({ sha256: "0".repeat(64) });
    expect(findPrebuilt(directory)).toEqual({
      unavailable: `the prebuilt binary for ${platform} has the wrong digest`,
    });
  });
});

describe("the addon", () => {
  it("is the prebuilt one where none was compiled", () => {
    bring();
    const loaded = loadAddonFrom(directory);
    expect(loaded).toMatchObject({ stamp: "0123456789abcdef" });
    expect("addon" in loaded && loaded.addon.variants()).not.toEqual([]);
  });

  it("is the one that was compiled here where both are there", () => {
    bring();
    mkdirSync(join(folder, "build"));
    copyFileSync(addon, join(folder, "build/native.node"));
    writeFileSync(join(folder, "build/native.stamp"), "fedcba9876543210");
    expect(loadAddonFrom(directory)).toMatchObject({ stamp: "fedcba9876543210" });
  });

  it("is the prebuilt one where the one that was compiled here is from other sources", async () => {
    bring();
    mkdirSync(join(folder, "build"));
    copyFileSync(addon, join(folder, "build/native.node"));
    mkdirSync(join(folder, "src/engines/native"), { recursive: true });
    symlinkSync(join(root, "src/engines/native/cpp"), join(folder, "src/engines/native/cpp"));
    mkdirSync(join(folder, "bin"));
    copyFileSync(join(root, "bin/native-addon.js"), join(folder, "bin/native-addon.js"));
    const { hashOfSources } = (await import(join(root, "bin/native-addon.js"))) as { hashOfSources(): string };
    writeFileSync(join(folder, "build/native.sources"), hashOfSources());
    expect(loadAddonFrom(directory)).toMatchObject({ stamp: "unknown" });
    writeFileSync(join(folder, "build/native.sources"), "0".repeat(64));
    expect(loadAddonFrom(directory)).toMatchObject({ stamp: "0123456789abcdef" });
    rmSync(join(folder, "prebuilt"), { recursive: true });
    expect(loadAddonFrom(directory)).toEqual({
      unavailable: expect.stringMatching(
        /^the addon that was compiled here is from other sources\. To get it: .+`node bin\/build-native\.js`\.$/,
      ),
    });
  });

  it("is the prebuilt one where the one that was compiled here does not load", () => {
    bring();
    writeBroken("build/native.node");
    expect(loadAddonFrom(directory)).toMatchObject({ stamp: "0123456789abcdef" });
  });

  it("is not available where neither loads, and says why and how to get it", () => {
    const broken = join(folder, "broken");
    writeBroken("broken");
    bring({ file: broken, sha256: digestOf(broken) });
    writeBroken("build/native.node");
    expect(loadAddonFrom(directory)).toEqual({
      unavailable: expect.stringMatching(
        /^the addon that was compiled here does not load \(.+\), and the prebuilt binary does not load \(.+\)\. To get it: install a C\+\+ compiler \(.+\), then run `node bin\/build-native\.js`\.$/,
      ),
    });
  });

  it("is not available where there is none, and says how to get it", () => {
    expect(loadAddonFrom(directory)).toEqual({
      unavailable: expect.stringMatching(
        /^it is not compiled\. To get it: install a C\+\+ compiler \(.+\), then run `node bin\/build-native\.js`\.$/,
      ),
    });
  });
});

describe("the install script, where there is no compiler,", () => {
  const noCompiler =
    "resnet-exp: no C++ compiler, so no native engine. To get it: install g++ or clang++, then `node bin/build-native.js`.\n";

  /** What it prints in a package with a prebuilt binary. */
  async function install(options: { sha256?: string; sources?: string }, env: NodeJS.ProcessEnv = {}): Promise<string> {
    const { hashOfSources } = (await import(join(root, "bin/native-addon.js"))) as { hashOfSources(): string };
    bring({ sources: hashOfSources(), ...options });
    cpSync(join(root, "bin"), join(folder, "bin"), { recursive: true });
    mkdirSync(join(folder, "src/engines/native"), { recursive: true });
    symlinkSync(join(root, "src/engines/native/cpp"), join(folder, "src/engines/native/cpp"));
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    const script = join(folder, "bin/build-native.js");
    const { status, stdout } = spawnSync(process.execPath, [script], {
      env: { PATH: folder, ...env },
      encoding: "utf8",
    });
    expect(status).toBe(0);
    return stdout;
  }

  it("is content with a prebuilt binary of the same sources", async () => {
    expect(await install({})).toBe("");
  });

  it.each([
    ["has the wrong digest", { sha256: "0".repeat(64) }, {}],
    ["is of other sources", { sources: "0".repeat(64) }, {}],
    ["is not wanted", {}, { RESNET_EXP_NATIVE_BUILD: "source" }],
  ])("asks for one where the prebuilt binary %s", async (_, options, env) => {
    expect(await install(options, env)).toBe(noCompiler);
  });

  it("removes binaries of other sources", async () => {
    await install({ sources: "0".repeat(64) });
    expect(findPrebuilt(directory)).toEqual({ unavailable: "" });
  });
});
