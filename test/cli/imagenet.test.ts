// The ImageNet profile from images to tables, in child processes, on small generated images.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { writeImageFolder } from "../datasets/fixtures.ts";
import { type ProgramOptions, resnetExp, resnetExpHere, temporaryDirectory } from "../helpers/program.ts";

const experiment = new URL("../../experiments/plain-vs-res.yaml", import.meta.url).pathname;
const tiny = [
  ...["dataset.cropSize=32", "evaluation.shortSide=36", "training.scale.from=36", "training.scale.to=60"],
  ...["model.width=4", "training.batchSize=4", "training.iterations=6", "training.learningRate.dropAt=[4]"],
  ...["evaluation.every=3", "evaluation.batchSize=3", "record.trainEvery=1", "record.checkpointEvery=2"],
].flatMap((value) => ["--set", value]);

async function imageFolder(): Promise<string> {
  const data = temporaryDirectory();
  await writeImageFolder(join(data, "imagenet"));
  return data;
}

/** Trains ResNet-18 on the folder; where options are given, in a process of its own. */
async function trainTiny(data: string, results: string, args: readonly string[] = [], options?: ProgramOptions) {
  const run = ["run", experiment, "--profile", "imagenet", ...tiny, "--data", data, "--results", results];
  const words = [...run, "--only", "ResNet-18", ...args];
  return options ? resnetExp(words, options) : resnetExpHere(words);
}

/** Reads a file of the only run. */
function fileOf(results: string, name: string): string {
  const runs = join(results, "plain-vs-res/runs");
  return readFileSync(join(runs, readdirSync(runs)[0]!, name), "utf8");
}

describe("the profile imagenet", () => {
  test("trains on a folder of images with the same bytes on one thread and on four, unbroken and after a kill", async () => {
    const data = await imageFolder();
    const [one, four, killed] = [temporaryDirectory(), temporaryDirectory(), temporaryDirectory()];
    vi.stubEnv("UV_THREADPOOL_SIZE", "1");
    const first = await trainTiny(data, one, ["--threads", "1"], {});
    expect(first.err).toContain("iteration 6/6");
    expect(first.code).toBe(0);
    expect(first.out).toContain(
      "Not comparable: we tested on images of 3 classes, mean of each channel, the\npaper on ImageNet.\n",
    );
    vi.stubEnv("UV_THREADPOOL_SIZE", "4");
    expect((await trainTiny(data, four, ["--threads", "2"], {})).code).toBe(0);
    const signalAt = { text: '"iteration":3,', signal: "SIGKILL" } as const;
    expect((await trainTiny(data, killed, ["--json"], { signalAt })).code).toBe("SIGKILL");
    expect((await trainTiny(data, killed)).code).toBe(0);
    for (const name of ["metrics.jsonl", "weights.safetensors"]) {
      expect(fileOf(four, name)).toBe(fileOf(one, name));
      expect(fileOf(killed, name)).toBe(fileOf(one, name));
    }
  });

  test("does not stop at an image that cannot be decoded, says so once and keeps its name", async () => {
    const [data, results] = [await imageFolder(), temporaryDirectory()];
    writeFileSync(join(data, "imagenet/val/n1/val_n10.JPEG"), "no image");
    const { code, err } = await trainTiny(data, results);
    expect(code).toBe(0);
    expect(err.match(/val\/n1\/val_n10\.JPEG cannot be decoded/g)).toHaveLength(1);
    expect(JSON.parse(fileOf(results, "unreadable-images.jsonl"))).toEqual({
      name: "val/n1/val_n10.JPEG",
      reason: expect.stringContaining("unsupported image format"),
    });
    const said =
      "1 test image could not be decoded: val/n1/val_n10.JPEG. Other test images count twice in their place.";
    for (const file of ["tables/summary.md", "report.html"]) {
      expect(readFileSync(join(results, "plain-vs-res", file), "utf8")).toContain(said);
    }
    const shown = await resnetExpHere(["show", "ResNet-18", "--results", results]);
    expect(shown.out).toContain(
      "\n1 image could not be decoded; the next image was used instead\n  val/n1/val_n10.JPEG  Input buffer contains unsupported image format\n",
    );
  });
});

describe("what is skipped in a folder of images", () => {
  test("is in the log, in the record and in datasets verify", async () => {
    const [data, results] = [await imageFolder(), temporaryDirectory()];
    writeFileSync(join(data, "imagenet/train/n20/n20_9.bmp"), "x");
    const said = "Passed over 1 image with an ending that the program does not read: train/n20/n20_9.bmp.";
    const trained = await trainTiny(data, results, ["--jobs", "1"], {});
    expect(trained.code).toBe(0);
    expect(trained.err.split(`imagenet: ${said}\n`)).toHaveLength(2);
    expect(JSON.parse(fileOf(results, "run.json"))).toMatchObject({ datasetNotes: [said] });
    const verified = await resnetExpHere(["datasets", "verify", "imagenet", "--data", data]);
    expect([verified.code, verified.out.split("\n").at(-2)]).toEqual([4, `  ${said}`]);
  });

  test("is refused if a class has no images left, unless that is allowed", async () => {
    const [data, results] = [await imageFolder(), temporaryDirectory()];
    writeFileSync(join(data, "imagenet/val/n3/notes.txt"), "x");
    for (const file of readdirSync(join(data, "imagenet/val/n3"))) {
      if (file.endsWith(".JPEG")) rmSync(join(data, "imagenet/val/n3", file));
    }
    const refused = await trainTiny(data, results);
    expect([refused.code, refused.err.split("\n")[0]]).toEqual([
      2,
      `Expected each class folder in ${data}/imagenet to have images, got none in val/n3.`,
    ]);
    const allowed = await trainTiny(data, results, ["--set", "dataset.emptyClasses=allow"]);
    expect(allowed.code).toBe(0);
    expect(allowed.err).toContain("imagenet: No test images for 1 of 3 classes: n3.\n");
    const prepare = ["datasets", "prepare", "imagenet", "--data", data];
    expect((await resnetExpHere(prepare)).code).toBe(2);
    expect((await resnetExpHere([...prepare, "--empty-classes"])).out).toContain(
      "\nNo test images for 1 of 3 classes: n3.\n",
    );
  });
});

describe("datasets prepare imagenet", () => {
  test("killed with -9 and called again makes shards that pass verify, and training reads them", async () => {
    const [data, results] = [await imageFolder(), temporaryDirectory()];
    writeFileSync(join(data, "imagenet/train/n20/n20_3.JPEG"), "no image");
    const prepare = ["datasets", "prepare", "imagenet", "--data", data, "--shard-images", "2"];
    const program = new URL("../../bin/resnet-exp.cjs", import.meta.url).pathname;
    // The shell stops it as soon as the first shard is there.
    const script = `"$0" "$@" & while [ ! -e ${data}/imagenet-shards-480/train-00000.json ]; do sleep 0.02; done; kill -9 $!; wait $!; echo $?`;
    const killed = execFileSync("bash", ["-c", script, process.execPath, program, ...prepare], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    expect(["137\n", "0\n"]).toContain(`${killed.split("\n").at(-2)}\n`);
    const { code, out } = await resnetExpHere(prepare);
    expect(code).toBe(0);
    expect(out).toBe(
      `imagenet is in ${data}/imagenet-shards-480: 9 + 5 images\n` +
        "left out because it cannot be decoded: train/n20/n20_3.JPEG (Input buffer contains unsupported image format)\n",
    );
    const verified = await resnetExpHere(["datasets", "verify", "imagenet", "--data", data]);
    expect(verified.code).toBe(0);
    expect(verified.out).toContain("  train   9 images, 2 to 4 of a class\n");
    const trained = await trainTiny(data, results);
    expect(trained.out).toContain("Not comparable: we tested on images of 3 classes, the paper on ImageNet.");
  });

  test("says what is wrong with a folder that verify reads", async () => {
    const data = await imageFolder();
    writeFileSync(join(data, "imagenet/train/n20/n20_3.JPEG"), "no image");
    const { code, out } = await resnetExpHere(["datasets", "verify", "imagenet", "--data", data]);
    expect(code).toBe(4);
    expect(out).toContain("train/n20/n20_3.JPEG cannot be decoded: Input buffer contains unsupported image format\n");
    const cifar = await resnetExpHere(["datasets", "prepare", "cifar10", "--data", data]);
    expect([cifar.code, cifar.err]).toEqual([
      2,
      "Expected the data set to be imagenet or folder, got cifar10, which is read whole into memory and needs no preparation.\n",
    ]);
  });
});
