// `doctor` as a program, on a correct engine, a wrong one and one that crashes, and how `run` reacts to the result.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { mixedCheck } from "../../src/conformance/finding.ts";
import { operationNames } from "../../src/conformance/operations.ts";
import { referenceNets } from "../../src/conformance/reference-nets.ts";
import { resnetExp, temporaryDirectory } from "../helpers/program.ts";

const preload = new URL("../helpers/break-kernel.mjs", import.meta.url).href;

/** The environment of a program with its own cache and with one broken kernel in its native engine. */
function spoilt(kernel: string, cache: string): NodeJS.ProcessEnv {
  return { RESNET_EXP_CACHE: cache, NODE_OPTIONS: `--import=${preload}`, BREAK_KERNEL: `native:${kernel}` };
}

interface Finding {
  check: string;
  part: string;
  error: number | null;
  held: boolean;
}

interface Checked {
  passed: boolean;
  findings: Finding[];
  imagesPerSecond: number;
  crash?: string;
}

/** What `doctor` finds about the native engine. */
async function doctor(env: NodeJS.ProcessEnv) {
  const { code, out } = await resnetExp(["doctor", "--json", "--engine", "native"], { env });
  return { code, ...(JSON.parse(out) as { engines: Record<string, Checked> }) };
}

describe("doctor", () => {
  test("passes every operation and seven nets of a correct engine, and exits 0", async () => {
    const { code, engines } = await doctor({ RESNET_EXP_CACHE: temporaryDirectory() });
    expect(code).toBe(0);
    expect(Object.keys(engines)).toEqual(["native"]);
    const { findings, imagesPerSecond, passed } = engines["native"]!;
    expect(passed).toBe(true);
    expect(findings.filter(({ held }) => !held)).toEqual([]);
    const nets = referenceNets.map(({ title }) => title);
    expect([...new Set(findings.map(({ check }) => check))]).toEqual([...operationNames, mixedCheck, ...nets]);
    expect(imagesPerSecond).toBeGreaterThan(0);
  });

  test("catches a wrong forward pass, exits 4, and `run` then refuses the engine", async () => {
    const [results, cache] = [temporaryDirectory(), temporaryDirectory()];
    const { code, out } = await resnetExp(["doctor", "--engine", "native"], { env: spoilt("Conv2D", cache) });
    expect(code).toBe(4);
    expect(out).toMatch(/^✗ native \(/);
    expect(out).toMatch(/^✗ {2}convolution +1\.0e-2 +\d\.\de-\d +24$/m);
    expect(out).toMatch(/^✓ {2}max pooling +\S+ +\S+ +24$/m);
    expect(out).toMatch(/^✗ {2}ResNet-14 \(A\) +\d\.\de-\d +10$/m);
    expect(out).toMatch(/^✗ convolution, forward: expected 1\.0e-4 at most, got an error of 1\.0e-2 in \d×\d,$/m);

    const file = join(results, "tiny.yaml");
    writeFileSync(file, tiny);
    const run = (...args: string[]) =>
      resnetExp(["run", file, "--results", results, ...args], { env: { RESNET_EXP_CACHE: cache } });
    const refused = await run();
    expect(refused.code).toBe(2);
    expect(refused.err).toMatch(
      /^Expected the native engine to have passed its last `doctor` on this machine, got ✗ for convolution \(forward\), .*\.\n {2}`resnet-exp doctor --engine native` checks it again\. --engine NAME chooses another\.\n {2}--unproven trains on it anyway\.\n$/,
    );
    expect((await run("--unproven")).code).toBe(0);
  });

  test.each([
    ["Conv2DBackpropFilter", ["convolution"]],
    ["BatchNormTrainGrad", ["batch norm, training"]],
  ])("catches a wrong gradient (%s)", async (kernel, checks) => {
    const { code, engines } = await doctor(spoilt(kernel, temporaryDirectory()));
    expect(code).toBe(4);
    const failed = engines["native"]!.findings.filter(({ held }) => !held);
    expect(failed.filter(({ part }) => part !== "steps")).toMatchObject(
      checks.map((check) => ({ check, part: "gradient" })),
    );
    // The nets fail too.
    expect(failed.filter(({ part }) => part === "steps")).not.toEqual([]);
  });

  test("survives an engine that crashes, and names the check that crashed", async () => {
    const { code, engines } = await doctor(spoilt("MaxPool:crash", temporaryDirectory()));
    expect(code).toBe(4);
    expect(engines["native"]).toMatchObject({ passed: false, crash: "in max pooling it ended by SIGSEGV" });
    const env = spoilt("MaxPool:no-load", temporaryDirectory());
    const { out, ...atLoad } = await resnetExp(["doctor", "--engine", "native"], { env });
    expect([atLoad.code, out]).toEqual([
      4,
      "✗ native. The process that checked it did not finish: in loading it ended by\nSIGSEGV.\n\n",
    ]);
  });
});

const tiny = `
name: tiny
dataset: { name: synthetic, trainImages: 16, testImages: 8 }
model: { family: cifar, depth: 8, width: 4 }
training: { batchSize: 8, iterations: 1 }
`;
