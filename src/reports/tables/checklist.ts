// The questions on experiments of the NeurIPS paper checklist, answered from the records of a study. What no record says is
// "unknown". Questions on claims, theory, people and society are left out, because no record can answer them.
import type { DatasetConfig } from "../../config/schema.ts";
import type { RunRecord } from "../../records/record.ts";
import type { Column } from "../../text/column.ts";
import { markdownList, markdownTable } from "../../text/markdown.ts";
import { durationText, machineCosts } from "../analysis/costs.ts";
import { energyText } from "../analysis/energy.ts";
import { isPublished } from "../analysis/published-data.ts";
import type { StudySummary } from "../study.ts";

type Answer = "yes" | "partly" | "no" | "unknown";

export interface ChecklistRow {
  readonly question: string;
  readonly answer: Answer;
  readonly grounds: string;
}

export const checklistColumns: readonly Column<ChecklistRow>[] = [
  { title: "question", text: ({ question }) => question },
  { title: "answer", text: ({ answer }) => answer },
  { title: "grounds", text: ({ grounds }) => grounds },
];

export const checklistNotes: readonly string[] = [
  "The questions are those of the NeurIPS paper checklist on reproducing results, data and code, settings, significance, compute and licences, in our words. The answers are made from the records of the runs. Nobody has checked them.",
];

/** The rows of a study, in the order of the form. */
export function checklist(study: StudySummary): ChecklistRow[] {
  const { runs } = study;
  const done = runs.filter((run) => run.done);
  return [
    row("Can each result be trained again from what is published?", codeAnswer(runs)),
    row("Is the code open?", { answer: "yes", grounds: "The program is free software under the MIT licence." }),
    ...datasetsOf(runs).map(({ title, name }) => row(`Are the data open: ${title}?`, factOf(access, title, name))),
    row("Are all settings given, also those of optimisation?", {
      answer: "yes",
      grounds: "run.json of each run has every value, defaults included; the page lists what the paper did otherwise.",
    }),
    row("How were settings chosen, and on which images?", choiceAnswer(runs)),
    row("Are all runs reported, also those that failed?", reportedAnswer(study)),
    row("Do errors come with error bars?", seedsAnswer(study)),
    row("Is it said what varies between repetitions?", {
      answer: "yes",
      grounds:
        "The seed: initial weights, order of the images, augmentation. Data and their splits are the same in every run. The page gives the standard deviation over runs, and says where an interval is Welch's at 95 %.",
    }),
    row("Are hardware, time and energy given?", computeAnswer(done)),
    row("Is the compute of everything that was tried given?", {
      answer: "unknown",
      grounds: "Runs that were deleted, and runs elsewhere, have left no record here.",
    }),
    ...datasetsOf(runs).map(({ title, name }) =>
      row(`Is the licence of the data known: ${title}?`, factOf(licences, title, name)),
    ),
    row("Are the trained nets documented?", {
      answer: done.length > 0 ? "yes" : "no",
      grounds:
        done.length > 0
          ? "done.json has the digest of the final weights; `resnet-exp weights export` writes them with a model card."
          : "No run is finished.",
    }),
  ];
}

type Grounds = Omit<ChecklistRow, "question">;

function row(question: string, { answer, grounds }: Grounds): ChecklistRow {
  return { question, answer, grounds };
}

function codeAnswer(runs: readonly RunRecord[]): Grounds {
  const unclear = runs.filter(({ run: { provenance } }) => {
    const sittings = [provenance, ...(provenance.sittings ?? [])];
    return sittings.some(({ gitCommit, gitDirty }) => !gitCommit || gitDirty !== false);
  });
  const each =
    "Each run has its settings, seed, digest of the data, engine and versions, and the command that makes it again.";
  if (unclear.length === 0) return { answer: "yes", grounds: `${each} It also has the commit of the code.` };
  return {
    answer: "partly",
    grounds: `${each} Of ${unclear.length} of ${runs.length} runs the commit is not known, or the code had changes.`,
  };
}

/** What data sets are called. */
const originals: Readonly<Partial<Record<DatasetConfig["name"], string>>> = {
  cifar10: "CIFAR-10",
  cifar100: "CIFAR-100",
  "fashion-mnist": "Fashion-MNIST",
  imagenet: "ImageNet",
};

function factOf(
  facts: Readonly<Record<DatasetConfig["name"], Grounds>>,
  title: string,
  name: DatasetConfig["name"],
): Grounds {
  if (isPublished(name, title) !== false) return facts[name];
  return {
    answer: "unknown",
    grounds: `They are not the published files of ${originals[name]}. Only their digest is recorded.`,
  };
}

/** By data set: whether others can get the images. */
const access: Readonly<Record<DatasetConfig["name"], Grounds>> = {
  synthetic: { answer: "yes", grounds: "The program draws them from a seed." },
  cifar10: { answer: "yes", grounds: "The program downloads them from their publisher and checks them." },
  cifar100: { answer: "yes", grounds: "The program downloads them from their publisher and checks them." },
  "fashion-mnist": { answer: "yes", grounds: "They are published; `resnet-exp datasets list` says where." },
  imagenet: {
    answer: "partly",
    grounds: "Their publisher gives them to those who register.",
  },
  folder: { answer: "unknown", grounds: "They are a folder of one's own images. Only their digest is recorded." },
};

/** By data set: the licence of the images. */
const licences: Readonly<Record<DatasetConfig["name"], Grounds>> = {
  synthetic: { answer: "yes", grounds: "They are made by this program: MIT." },
  cifar10: { answer: "unknown", grounds: "The record has none. The publisher asks that Krizhevsky 2009 is cited." },
  cifar100: { answer: "unknown", grounds: "The record has none. The publisher asks that Krizhevsky 2009 is cited." },
  "fashion-mnist": { answer: "yes", grounds: "MIT." },
  imagenet: {
    answer: "partly",
    grounds: "The record has none. ImageNet's terms of access allow research that is not commercial.",
  },
  folder: { answer: "unknown", grounds: "The record has none." },
};

function datasetsOf(runs: readonly RunRecord[]): { title: string; name: DatasetConfig["name"] }[] {
  const found = new Map(runs.map(({ run }) => [run.datasetTitle, run.spec.sections.dataset.name]));
  return [...found].map(([title, name]) => ({ title, name }));
}

function choiceAnswer(runs: readonly RunRecord[]): Grounds {
  const held = runs.filter(({ run }) => run.spec.sections.dataset.validationImages > 0).length;
  const how = "Records do not say how settings were chosen.";
  if (held === runs.length) return { answer: "unknown", grounds: `${how} Every run held out validation images.` };
  return {
    answer: "unknown",
    grounds: `${how} ${held === 0 ? "No run" : `Only ${held} of ${runs.length} runs`} held out validation images, so a choice by results was a choice on the test images.`,
  };
}

function reportedAnswer({ runs, waiting, leftOut }: StudySummary): Grounds {
  const count = (status: string) => runs.filter((run) => run.status === status).length;
  const open = runs.length - count("done") - count("failed");
  const missing = [
    ...(open > 0 ? [`${open} not finished`] : []),
    ...(waiting.length > 0 ? [`${waiting.length} not begun`] : []),
  ];
  const grounds = [
    `${count("done")} runs are finished, ${count("failed")} failed; the page lists them all.`,
    ...(missing.length > 0 ? [`Still to come: ${missing.join(", ")}.`] : []),
    ...leftOut,
  ].join(" ");
  return { answer: missing.length > 0 || leftOut.length > 0 ? "partly" : "yes", grounds };
}

function seedsAnswer({ parts }: StudySummary): Grounds {
  const counts = parts
    .flatMap((part) => part.rows)
    .map(({ testError, trainError }) => (testError ?? trainError)?.count ?? 0);
  const several = counts.filter((count) => count > 1).length;
  if (several === 0) return { answer: "no", grounds: "No net has more than one finished run." };
  const seeds = [...new Set(counts.filter((count) => count > 1))].sort((a, b) => a - b);
  const words = `the standard deviation over ${seeds.join(" or ")} runs`;
  if (several === counts.length) return { answer: "yes", grounds: `Every net has ${words}.` };
  return {
    answer: "partly",
    grounds: `${several} of ${counts.length} nets have ${words}, the others one run or none.`,
  };
}

function computeAnswer(done: readonly RunRecord[]): Grounds {
  if (done.length === 0) return { answer: "no", grounds: "No run is finished." };
  const costs = machineCosts(done).map(
    ({ machine, runs, seconds, wattHours }) =>
      `${machine}: ${runs} ${runs === 1 ? "run" : "runs"}, ${durationText(seconds)} of training${wattHours > 0 ? `, ${energyText(wattHours)}` : ""}.`,
  );
  return { answer: "yes", grounds: costs.join(" ") };
}

/** The checklist of a study as Markdown. */
export function checklistMarkdown(study: StudySummary): string {
  const title = `# Reproducibility checklist of ${study.experiment}`;
  return `${title}\n\n${markdownTable(checklistColumns, checklist(study))}\n${markdownList(checklistNotes)}`;
}
