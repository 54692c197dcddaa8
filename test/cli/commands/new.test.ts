// `new` and the experiments that come with the program, in a directory of their own.
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { experimentsCommand } from "../../../src/cli/commands/experiments.ts";
import { newCommand } from "../../../src/cli/commands/new.ts";
import { planCommand } from "../../../src/cli/commands/plan.ts";
import { runCommand } from "../../../src/cli/commands/run.ts";
import { loadExperiment } from "../../../src/config/load.ts";
import { planRuns } from "../../../src/config/plan.ts";
import { shippedFile, shippedNames } from "../../../src/config/shipped.ts";
import { sources } from "../../../src/datasets/dataset.ts";
import { temporaryDirectory, write, writeCifar, writeImageFolder } from "../../datasets/fixtures.ts";
import { collectingIo } from "../results.ts";

const before = process.cwd();
beforeEach(() => process.chdir(temporaryDirectory()));
afterEach(() => {
  process.chdir(before);
  vi.unstubAllEnvs();
});

async function create(name: string, options: { from?: string; data?: string } = {}) {
  const io = collectingIo();
  const code = await newCommand(name, options, io);
  return { code, text: io.text, errors: io.errors };
}

describe("new", () => {
  test("writes a file that plans, its schema beside it, and prints three commands", async () => {
    vi.stubEnv("npm_command", "");
    expect(await create("mine")).toEqual({
      code: 0,
      text: `Wrote mine.yaml and experiment.schema.json.

Next:
  resnet-exp plan mine.yaml
  resnet-exp run mine.yaml --profile smoke
  resnet-exp run mine.yaml
`,
      errors: "",
    });
    const text = readFileSync("mine.yaml", "utf8");
    const [, schema = ""] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text) ?? [];
    expect(JSON.parse(readFileSync(schema, "utf8"))).toEqual(
      JSON.parse(readFileSync(join(before, "experiments/experiment.schema.json"), "utf8")),
    );
    expect(planRuns(loadExperiment("mine.yaml")).map(({ label }) => label)).toEqual(["plain-20", "ResNet-20"]);
    expect(planRuns(loadExperiment("mine.yaml", { profile: ["smoke"] }))).toHaveLength(2);
  });

  test("prints commands for npx where npx called it", async () => {
    vi.stubEnv("npm_command", "exec");
    expect((await create("mine")).text).toContain("  npx resnet-exp run mine.yaml\n");
  });

  test.each(shippedNames())("starts from %s, with its own name in the file's commands", async (from) => {
    await create("mine", { from });
    const text = readFileSync("mine.yaml", "utf8");
    expect(text).toContain("\n# resnet-exp run mine.yaml --profile smoke ");
    expect(text).not.toMatch(new RegExp(`resnet-exp \\w+ '?${from}`));
    const content = (of: string) => of.split("\n").filter((line) => !line.startsWith("#"));
    expect(content(text)).toEqual(
      content(readFileSync(shippedFile(from)!, "utf8")).map((line) => (line === `name: ${from}` ? "name: mine" : line)),
    );
  });

  test.each([undefined, "plain-vs-res"])("takes the data set that --data holds, from %s", async (from) => {
    const data = temporaryDirectory();
    writeCifar(data);
    const { text } = await create("mine", { data, ...(from && { from }) });
    expect(text).toContain(`resnet-exp run mine.yaml --profile smoke --data ${data}\n`);
    expect(loadExperiment("mine.yaml").cells[0]!.sections.dataset.name).toBe("cifar10");
    expect(readFileSync("mine.yaml", "utf8")).toContain(`# resnet-exp run mine.yaml --data ${data}  `);
  });

  test.each([
    ["train/ and val/", (_: string) => {}, { name: "folder", cropSize: 32, validationImages: 0 }],
    [
      "class folders alone",
      (data: string) => {
        rmSync(join(data, "val"), { recursive: true });
        for (const name of readdirSync(join(data, "train"))) renameSync(join(data, "train", name), join(data, name));
        rmSync(join(data, "train"), { recursive: true });
      },
      { name: "folder", cropSize: 32, validationImages: 0, testFraction: 0.2 },
    ],
  ])("takes a folder of one's own images with %s, and no more of them than there are", async (_, arrange, expected) => {
    const data = temporaryDirectory();
    await writeImageFolder(data);
    arrange(data);
    await create("mine", { data });
    expect(loadExperiment("mine.yaml").cells[0]!.sections.dataset).toEqual(expected);
    const smoke = loadExperiment("mine.yaml", { profile: ["smoke"] }).cells[0]!.sections.dataset;
    const { trainImages, testImages } = (await sources.folder.survey({ data, testFraction: smoke.testFraction }))!;
    expect(smoke).toMatchObject({ trainImages, testImages });
  });

  test("takes a folder whose classes are wnids for ImageNet", async () => {
    const data = temporaryDirectory();
    for (const split of ["train", "val"]) write(join(data, split, "n01440764/1.JPEG"), "x");
    await create("mine", { data });
    expect(loadExperiment("mine.yaml").cells[0]!.sections.dataset.name).toBe("imagenet");
  });

  test.each(["folder", "imagenet"])("starts from any experiment with images in files, as %s", async (name) => {
    const data = temporaryDirectory();
    if (name === "folder") await writeImageFolder(data);
    else for (const split of ["train", "val"]) write(join(data, split, "n01440764/1.JPEG"), "x");
    for (const from of shippedNames()) {
      const { errors } = await create(`my-${from}`, { from, data });
      expect(errors).toMatch(/^Left out the profiles? .*\bcifar10\b/);
      const file = `my-${from}.yaml`;
      const { dataset, training, evaluation } = loadExperiment(file).cells[0]!.sections;
      expect(dataset).toMatchObject({ name, cropSize: 32 });
      if (name === "imagenet") {
        expect(training).toMatchObject({ augmentation: "scale-crop-flip-colour", scale: { from: 37, to: 69 } });
        expect(evaluation.shortSide).toBe(37);
      }
      // Every command of its head works, and is for these images.
      const text = readFileSync(file, "utf8");
      for (const [, profile, rest] of text.matchAll(/^# resnet-exp run \S+(?: --profile (\S+))?(.*)$/gm)) {
        expect(rest).toContain(` --data ${data} `);
        const profiles = profile === undefined ? [] : [profile];
        expect(planRuns(loadExperiment(file, { profile: profiles })).length).toBeGreaterThan(0);
      }
    }
  });

  test("keeps every profile where the images are not in files, and says nothing", async () => {
    const data = temporaryDirectory();
    writeCifar(data);
    expect((await create("mine", { from: "plain-vs-res", data })).errors).toBe("");
    expect(loadExperiment("mine.yaml", { profile: ["imagenet"] }).cells[0]!.sections.dataset.name).toBe("imagenet");
  });

  test("refuses a directory of --data without a data set", async () => {
    await expect(create("mine", { data: temporaryDirectory() })).rejects.toThrow(
      /^Expected \S+ to hold a data set, got none\.$/,
    );
    expect(readdirSync(".")).toEqual([]);
  });

  test("overwrites no file, and keeps a schema of another version, which it says", async () => {
    writeFileSync("experiment.schema.json", "{}\n");
    expect((await create("mine")).errors).toBe(
      "experiment.schema.json is of another version and stays. `resnet-exp schema > experiment.schema.json` replaces it.\n",
    );
    expect(readFileSync("experiment.schema.json", "utf8")).toBe("{}\n");
    const text = readFileSync("mine.yaml", "utf8");
    await expect(create("mine", { from: "highway" })).rejects.toMatchObject({
      message: "Expected mine.yaml to be a new file, got one that exists.",
      hints: ["Choose another name."],
    });
    expect(readFileSync("mine.yaml", "utf8")).toBe(text);
  });

  test("refuses names that are none, and those that the program has", async () => {
    await expect(create("mine.yaml")).rejects.toMatchObject({
      message:
        'Expected the name of the study to be at most 64 lower-case letters, digits and hyphens, got "mine.yaml".',
      hints: ["Write mine: the file becomes mine.yaml."],
    });
    await expect(create("highway")).rejects.toThrow(
      "Expected a name of your own, got highway, which comes with the program.",
    );
    await expect(create("mine", { from: "highwai" })).rejects.toMatchObject({
      message: 'Expected --from to be an experiment that comes with the program, got "highwai".',
      hints: ["Did you mean highway?"],
    });
  });
});

describe("the name of an experiment that comes with the program", () => {
  const plan = async (file: string) => {
    const io = collectingIo();
    await planCommand([file], { results: "results", engine: "auto" }, io);
    return io.text;
  };

  test("stands for its file, unless a file here has that name", async () => {
    expect(await plan("plain-vs-res")).toContain("plain-vs-res (plain-vs-res): 4 runs, 4 planned\n");
    await create("mine");
    writeFileSync("plain-vs-res", readFileSync("mine.yaml"));
    expect(await plan("plain-vs-res")).toContain("mine (plain-vs-res): 2 runs, 2 planned\n");
  });

  test("trains it in a directory that has no experiment file", async () => {
    const set = ["model.width=2", "training.batchSize=4", "training.iterations=2", "evaluation.batchSize=8"];
    set.push("dataset.trainImages=16", "dataset.testImages=8");
    const options = {
      profile: ["smoke"],
      set,
      only: "plain-18",
      engine: "native",
      results: "results",
      json: true,
    } as const;
    expect(await runCommand(["plain-vs-res"], options, collectingIo())).toBe(0);
    expect(readdirSync("results")).toContain("plain-vs-res");
  });

  test("is suggested where it was misspelt, or where a path leads nowhere", async () => {
    const hints = ["Did you mean plain-vs-res? An experiment of this name comes with the program."];
    await expect(plan("plain-vs-rse")).rejects.toMatchObject({
      hints: [...hints, 'There is no YAML file in ".".'],
    });
    await expect(plan("experiments/plain-vs-res.yaml")).rejects.toMatchObject({
      hints: [...hints, 'There is no directory "experiments" either.'],
    });
    await expect(plan("something")).rejects.toMatchObject({
      hints: [
        "`resnet-exp experiments` lists the experiments that come with the program.",
        'There is no YAML file in ".".',
      ],
    });
  });
});

describe("experiments", () => {
  test("lists each with its question, and what each of its profiles costs", async () => {
    const io = collectingIo();
    await experimentsCommand({}, io);
    expect(
      io.text,
    ).toContain(`layer-responses (Figure 7): Are the responses of a residual net's layers smaller than those of a
plain net's?
  –        embedded data, narrow nets, 2 min on 2 cores with AVX-512
  cifar10  real images, a 32nd of the schedule: 25 min on the same
  paper    64,000 iterations: needs a GPU
  smoke    a check that everything runs, in seconds
`);
  });

  test("lists them for programs", async () => {
    const io = collectingIo();
    await experimentsCommand({ json: true }, io);
    const list = JSON.parse(io.text) as { name: string; file: string; cost: string; profiles: object }[];
    expect(list.map(({ name }) => name)).toEqual(shippedNames());
    for (const { name, file, cost, profiles } of list) {
      expect(file).toBe(shippedFile(name));
      expect(cost).toMatch(/ min /);
      expect(Object.keys(profiles)).toContain("smoke");
    }
  });
});
