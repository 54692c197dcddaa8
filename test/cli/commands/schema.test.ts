import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { schemaCommand } from "../../../src/cli/commands/schema.ts";
import { loadExperiment } from "../../../src/config/load.ts";
import { collectingIo } from "../results.ts";

const experiments = new URL("../../../experiments/", import.meta.url);
const committed = readFileSync(new URL("experiment.schema.json", experiments), "utf8");

describe("schema", () => {
  it("prints the committed experiments/experiment.schema.json", async () => {
    const io = collectingIo();
    expect(await schemaCommand({}, io)).toBe(0);
    expect(io.text).toBe(committed);
  });
});

describe.each(readdirSync(experiments).filter((name) => name.endsWith(".yaml")))("experiments/%s", (name) => {
  const url = new URL(name, experiments);
  const text = readFileSync(url, "utf8");

  it("names the schema for editors in its first line", () => {
    expect(text.split("\n", 1)).toEqual(["# yaml-language-server: $schema=./experiment.schema.json"]);
  });

  it("is valid by the schema", () => {
    expect(z.fromJSONSchema(JSON.parse(committed)).safeParse(parse(text)).error).toBeUndefined();
  });

  it("loads, also with each of its profiles", () => {
    const { document } = loadExperiment(url.pathname);
    expect(`${document.name}.yaml`).toBe(name);
    for (const profile of Object.keys(parse(text).profiles ?? {})) {
      expect(loadExperiment(url.pathname, { profile: [profile] }).profiles).toEqual([profile]);
    }
  });
});
