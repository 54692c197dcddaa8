import { describe, expect, it } from "vitest";
import { scaleOf, usualScales } from "../../../src/reports/analysis/scale.ts";
import { type SampleOptions, sampleRun } from "../../records/sample-run.ts";
import { paperRun } from "../sample-records.ts";

const nameOf = (options: SampleOptions) => scaleOf(sampleRun(options)).name;

describe("the scale of a run", () => {
  it("is its images and the share of the paper's iterations", () => {
    const trained = (iterations: number) => nameOf(paperRun(20, { training: { iterations } }));
    expect(trained(2000)).toBe("CIFAR-10, short");
    expect(trained(6399)).toBe("CIFAR-10, short");
    expect(trained(6400)).toBe("CIFAR-10, a tenth of the schedule");
    expect(trained(32_000)).toBe("CIFAR-10, 50 % of the schedule");
    expect(trained(64_000)).toBe("CIFAR-10, the paper's schedule");
  });

  it("is one of the usual scales where an experiment that comes with the program is run", () => {
    const names = [600, 6400, 64_000].map((iterations) => nameOf(paperRun(20, { training: { iterations } })));
    const imagenet = { datasetTitle: "ImageNet", dataset: { name: "imagenet" }, training: { iterations: 600_000 } };
    expect([nameOf({}), ...names, nameOf(imagenet)]).toEqual(usualScales);
  });

  it("names a copy of the images as such, and takes the schedule of the net's family", () => {
    const jpeg = { datasetTitle: "CIFAR-10, JPEG copy", dataset: { name: "cifar10" } };
    expect(nameOf({ ...jpeg, training: { iterations: 64_000 } })).toBe("CIFAR-10, JPEG copy, 11 % of the schedule");
  });

  it("is one for the embedded images, however long a run trains", () => {
    expect(nameOf({ training: { iterations: 600_000 } })).toBe("embedded images");
  });

  it("ranks runs by how near they are to the paper's", () => {
    const ranks = [
      sampleRun(),
      sampleRun({ datasetTitle: "Fashion-MNIST", dataset: { name: "fashion-mnist" } }),
      sampleRun(paperRun(20, { datasetTitle: "CIFAR-10, JPEG copy" })),
      sampleRun(paperRun(20, { training: { iterations: 600 } })),
      sampleRun(paperRun(20)),
    ].map((run) => scaleOf(run).rank);
    expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
    expect(new Set(ranks).size).toBe(ranks.length);
  });
});
