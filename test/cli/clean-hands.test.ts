// Records are published: they must have nothing from the environment, wherever a run is trained and however it ends.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { resnetExp, temporaryDirectory } from "../helpers/program.ts";

const experiment = (name: string, learningRate: number) => `
name: ${name}
dataset: { name: synthetic, trainImages: 16, testImages: 8 }
model: { family: cifar, depth: 8, width: 2 }
training: { batchSize: 8, iterations: 4, learningRate: { initial: ${learningRate} } }
record: { trainEvery: 1, checkpointEvery: 2 }
`;

test("no file of a run, done or diverged, and no page has anything from the environment", async () => {
  const home = join(temporaryDirectory(), "canary-home");
  const results = join(home, "canary-results");
  mkdirSync(results, { recursive: true });
  const env = {
    HOME: home,
    USER: "canary-user",
    LOGNAME: "canary-user",
    HOSTNAME: "canary-host",
    SECRET_TOKEN: "canary-token",
    HTTPS_PROXY: "http://canary-name:canary-password@127.0.0.1:9",
    NODE_OPTIONS: "--title=canary-options",
    RESNET_EXP_CACHE: join(home, "canary-cache"),
    TF_CPP_MIN_LOG_LEVEL: "2",
  };
  const file = (name: string, learningRate: number) => {
    const path = join(home, `${name}.yaml`);
    writeFileSync(path, experiment(name, learningRate));
    return path;
  };
  const run = (...args: string[]) => resnetExp(["run", ...args, "--results", results, "--tensorboard"], { env });
  expect(await run(file("here", 0.1), "--engine", "native")).toMatchObject({ code: 0 });
  expect(await run(file("elsewhere", 0.1), "--jobs", "1", `--data=${home}`)).toMatchObject({ code: 0 });
  expect(await run(file("diverged", 1e30))).toMatchObject({ code: 3 });
  expect(await resnetExp(["evaluate", "here/*", "--crops", "10", "--results", results], { env })).toMatchObject({
    code: 0,
  });

  const files = readdirSync(results, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const names = files.map((path) => path.split("/").at(-1)!);
  const written = ["run.json", "metrics.jsonl", "done.json", "failed.json", "evaluations.jsonl", "report.html"];
  expect(names).toEqual(expect.arrayContaining([...written, "index.html", "weights.safetensors", "summary.csv"]));
  for (const path of files) {
    const text = readFileSync(path, "latin1");
    expect(text, path).not.toMatch(/canary/i);
    // As words these may mean anything; as values or last parts of paths they are private names.
    for (const name of [hostname(), userInfo().username]) {
      for (const form of [`"${name}"`, `/${name}/`, `@${name}`])
        expect(text.includes(form), `${path}: ${form}`).toBe(false);
    }
  }
  const [record] = files.filter((path) => path.includes("/elsewhere/") && path.endsWith("run.json"));
  expect(JSON.parse(readFileSync(record!, "utf8")).provenance.command).toEqual([
    ...["resnet-exp", "run", "elsewhere.yaml", "--jobs", "1", "--data=…", "--results", "…", "--tensorboard"],
  ]);
});
