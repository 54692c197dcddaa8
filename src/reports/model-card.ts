// The card of exported weights, a README.md with the front matter that Hugging Face reads: data, recipe, errors, deviations
// from the paper, what the net is for and how to load it. All of it is from the run's record.
import { stringify } from "yaml";
import type { DatasetConfig, ModelConfig } from "../config/schema.ts";
import { latestEvaluations } from "../records/evaluations.ts";
import type { RunRecord } from "../records/record.ts";
import type { DoneFile } from "../records/run-files.ts";
import { markdownList } from "../text/markdown.ts";
import { grouped, percent } from "../text/quantities.ts";
import { durationText, machineOf } from "./analysis/costs.ts";
import { runNotes } from "./analysis/data-notes.ts";
import { deviations, gradeOf } from "./analysis/deviations.ts";
import { gradeMeanings } from "./analysis/grade.ts";
import { isPublished } from "./analysis/published-data.ts";
import { commandFor } from "./command.ts";
import { isCropped, protocolWords } from "./protocol-words.ts";

/** The exported file. */
export interface ExportedWeights {
  /** Its name, without directories. */
  readonly file: string;
  /** In hex. */
  readonly sha256: string;
  readonly numbers: number;
  /** How torchvision's own net of that depth differs, as clauses. */
  readonly differences: readonly string[];
}

/** The identifiers of data sets on Hugging Face. */
const hubNames: Readonly<Partial<Record<DatasetConfig["name"], string>>> = {
  cifar10: "uoft-cs/cifar10",
  cifar100: "uoft-cs/cifar100",
  "fashion-mnist": "zalando-datasets/fashion_mnist",
  imagenet: "ILSVRC/imagenet-1k",
};

/** Classes are named up to this number. */
const namedClasses = 20;

/** The card as Markdown. */
export function modelCard(record: RunRecord, done: DoneFile, weights: ExportedWeights): string {
  const { spec, paper, question } = record.run;
  const { label, seed, experiment, sections } = spec;
  const grade = gradeOf(deviations(record.run));
  const part = (title: string, ...paragraphs: readonly string[]) =>
    `## ${title}\n\n${paragraphs.map((text) => text.trimEnd()).join("\n\n")}\n`;
  return [
    `---\n${stringify(frontMatter(record, done), { lineWidth: 0 })}---\n`,
    `# ${label}, seed ${seed}`,
    "",
    `The final weights of one run of the experiment \`${experiment}\`${question === undefined ? "." : `, which asks: ${question}`}`,
    "",
    `Grade: **${grade}** (${gradeMeanings[grade]}).`,
    "",
    part("Intended use", ...usePart(record)),
    part("Data", markdownList(dataLines(record))),
    part(
      "Recipe",
      `\`\`\`yaml\n${stringify({ model: sections.model, training: sections.training }, { lineWidth: 0 })}\`\`\``,
    ),
    part("Errors", errorTable(record, done), "One run from one seed: it does not show how much results scatter."),
    part(
      `Deviations from the paper's recipe`,
      markdownList(deviations(record.run).map(({ text }) => text)),
      `The paper is "Deep Residual Learning for Image Recognition" (He, Zhang, Ren, Sun 2016, doi:10.1109/CVPR.2016.90)${paper.length ? `, ${paper.join(", ")}` : ""}.`,
    ),
    part("How to load it", ...loadingPart(record, weights)),
    part("Provenance", markdownList(provenanceLines(record, done, weights))),
  ].join("\n");
}

function frontMatter({ run }: RunRecord, { finalMetric }: DoneFile): object {
  const { label, seed, sections } = run.spec;
  const { name } = sections.dataset;
  const hubName = isPublished(name, run.datasetTitle) ? hubNames[name] : undefined;
  const { testError } = finalMetric;
  const metrics =
    testError === undefined ? [] : [{ name: "Top-1 accuracy", type: "accuracy", value: accuracy(testError) }];
  const dataset = { name: run.datasetTitle, type: hubName ?? name };
  return {
    library_name: "pytorch",
    pipeline_tag: "image-classification",
    tags: ["resnet", "image-classification", "reproducibility", "resnet-exp"],
    // The record has no licence of the weights: who publishes them chooses one.
    license: "unknown",
    ...(hubName && { datasets: [hubName] }),
    "model-index": [
      {
        name: `${label}, seed ${seed}`,
        results: [{ task: { type: "image-classification" }, dataset, metrics }],
      },
    ],
  };
}

function accuracy(error: number): number {
  return Number((1 - error).toFixed(6));
}

function usePart({ run }: RunRecord): string[] {
  const { classes = [], datasetTitle } = run;
  const names = classes.length > 0 && classes.length <= namedClasses ? `: ${classes.join(", ")}` : "";
  return [
    "To repeat and to check the experiment, and for other research on how such nets learn.",
    `The net tells apart the classes of one data set, ${datasetTitle}${names}. It was tested on the test images of that data set only. ` +
      "Nobody has tested it on images from elsewhere, for fairness, or for safety: do not let it decide anything.",
  ];
}

function dataLines(record: RunRecord): string[] {
  const { datasetTitle, datasetDigest, spec } = record.run;
  const { trainImages, testImages, validationImages } = spec.sections.dataset;
  return [
    `${datasetTitle}, SHA-256 \`${datasetDigest}\``,
    `Training images: ${trainImages === undefined ? "all" : `the first ${grouped(trainImages)}`}${validationImages > 0 ? `, less ${grouped(validationImages)} for validation` : ""}`,
    `Test images: ${testImages === undefined ? "all" : `the first ${grouped(testImages)}`}`,
    `Input: ${inputWords(record.run)}`,
    "Licence of the images: unknown to the record; the terms of the data set hold",
    ...runNotes(record),
  ];
}

function inputWords({ channelMean }: RunRecord["run"]): string {
  if (channelMean) return `RGB as pixel/255, less ${channelMean.map((mean) => mean.toFixed(4)).join(", ")}`;
  return "as pixel/255, less the mean image of the training images";
}

function errorTable({ run, evaluations }: RunRecord, { finalMetric, bestTestError }: DoneFile): string {
  const cropped = isCropped(run.spec.sections.dataset);
  const tests = latestEvaluations(evaluations).filter(({ members }) => members.length === 1);
  const rows: [string, number | undefined][] = [
    ["training error at the last iteration, on augmented images", finalMetric.trainError],
    ["test error at the last iteration", finalMetric.testError],
    [`lowest test error, at iteration ${bestTestError.iteration}: chosen on the test images`, bestTestError.value],
    ...tests.map((test): [string, number] => [
      `top-1 test error, ${protocolWords(test.protocol, cropped)}`,
      test.top1Error,
    ]),
  ];
  return ["| error | % |", "| --- | ---: |", ...rows.map(([name, error]) => `| ${name} | ${percent(error)} |`)].join(
    "\n",
  );
}

/** torchvision's functions for the nets that it has. */
const torchvisionNets: Readonly<Record<number, string>> = {
  18: "resnet18",
  34: "resnet34",
  50: "resnet50",
  101: "resnet101",
  152: "resnet152",
};

function loadingPart({ run }: RunRecord, { file, differences }: ExportedWeights): string[] {
  const { model } = run.spec.sections;
  const theirs = isTorchvisions(model, differences) ? torchvisionNets[model.depth] : undefined;
  const lines = [
    "from safetensors.torch import load_file",
    "",
    `weights = load_file(${JSON.stringify(file)})`,
    ...(theirs
      ? [
          "",
          "import torchvision",
          "",
          `net = torchvision.models.${theirs}(num_classes=weights["fc.bias"].shape[0])`,
          "net.load_state_dict(weights)",
          "net.eval()",
        ]
      : []),
  ];
  return [
    `\`\`\`python\n${lines.join("\n")}\n\`\`\``,
    `The names are those of torchvision's ResNets. Images go in ${inputWords(run)}.`,
    ...(differences.length === 0
      ? []
      : [
          "torchvision's own net of this depth would give different results:",
          markdownList(differences),
          `\`resnet-exp predict ${run.id} IMAGE\` runs the net as it was trained, from the directory of results.`,
        ]),
  ];
}

function isTorchvisions({ family }: ModelConfig, differences: readonly string[]): boolean {
  return family === "imagenet" && differences.length === 0;
}

function provenanceLines(record: RunRecord, done: DoneFile, { file, sha256, numbers }: ExportedWeights): string[] {
  const { run } = record;
  const { provenance } = run;
  const { gitCommit, gitDirty, createdAt, packages, node } = provenance;
  const commit = gitCommit ? `commit \`${gitCommit}\`${gitDirty ? ", with changes" : ""}` : "commit unknown";
  return [
    `Run \`${run.id}\`, started ${createdAt}; \`${commandFor(record)}\` makes it again`,
    `resnet-exp ${packages["resnet-exp"] ?? "of an unknown version"}, ${commit}, Node.js ${node}`,
    `${machineOf(record)}: ${durationText(done.trainSeconds)} of training`,
    `\`${file}\`: ${grouped(numbers)} numbers, SHA-256 \`${sha256}\``,
  ];
}
