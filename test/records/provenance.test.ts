import { readFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { describe, expect, it } from "vitest";
import { gatherProvenance, recordedCommand } from "../../src/records/provenance.ts";

const device = { kind: "cpu", name: "AMD EPYC" } as const;
const engine = { name: "native", description: "AVX2", version: "1.0.0", threads: 2, device };

describe("provenance", () => {
  it("has exactly the keys on its list", () => {
    const withSecret = { ...engine, token: "secret" };
    const provenance = gatherProvenance(withSecret, ["resnet-exp"]);
    expect(Object.keys(provenance).sort()).toEqual([
      "command",
      "cores",
      "cpu",
      "createdAt",
      "engine",
      "gitCommit",
      "gitDirty",
      "node",
      "os",
      "packages",
    ]);
    expect(provenance.engine).toEqual(engine);
    expect(provenance.command).toEqual(["resnet-exp"]);
    expect(provenance.node).toBe(process.version);
    expect(provenance.createdAt).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(provenance.gitCommit ?? "0".repeat(40)).toMatch(/^[0-9a-f]{40}$/);
  });

  it("has the versions of this program and its dependencies", () => {
    const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
    const { packages } = gatherProvenance(engine, ["resnet-exp"]);
    expect(packages["resnet-exp"]).toBe(version);
    expect(packages["@tensorflow/tfjs-core"]).toMatch(/^4\./);
    expect(packages["no-such-package"]).toBeUndefined();
  });

  it("takes nothing from the environment", () => {
    process.env.RESNET_EXP_TEST = "a secret of the environment";
    const record = gatherProvenance(engine, ["resnet-exp"]);
    delete process.env.RESNET_EXP_TEST;
    const text = JSON.stringify(record);
    expect(text).not.toContain("a secret of the environment");
    expect(text).not.toContain(`"${hostname()}"`);
    expect(text).not.toContain(`"${userInfo().username}"`);
  });
});

describe("the recorded command", () => {
  it.each([
    ["experiments/x.yaml", "experiments/x.yaml"],
    ["/home/ada/study/x.yaml", "x.yaml"],
    ["/home/ada/study/here/experiments/x.yaml", "experiments/x.yaml"],
    ["/home/ada/study/here", "."],
    ["~/x.yaml", "x.yaml"],
    ["../ada/x.yaml", "x.yaml"],
    ["--data=/home/ada", "--data=…"],
    ["--results=results", "--results=results"],
    ["model.depth=20,32", "model.depth=20,32"],
    ["ResNet-*", "ResNet-*"],
  ])("keeps %s as %s", (word, kept) => {
    expect(recordedCommand(["run", word], "/home/ada/study/here")).toEqual(["resnet-exp", "run", kept]);
  });
});
