// The deviations of a run from the paper's recipe, which a reader has to know before comparing two numbers: the images, the
// values that differ between the run's sections and the paper's recipe for such a net, and the engine.
import { isDecisive, leavesOf } from "../../config/decisive.ts";
import type { RunSections } from "../../config/schema.ts";
import { withUsedRate } from "../../config/used-rate.ts";
import { type PaperRecipe, paperSections, recipes } from "../../paper/recipes.ts";
import { engineChanges } from "../../records/provenance.ts";
import type { RunFile } from "../../records/run-files.ts";
import { type Deviation, phrase, phrases } from "./deviation-phrases.ts";
import { type Grade, worstGrade } from "./grade.ts";

/** The deviations from the recipe of the net's family, images first. The engine always is a deviation. */
export function deviations(run: RunFile): Deviation[] {
  const { sections } = run.spec;
  const facts = recipes[sections.model.family];
  return [
    ...imageDeviations(run, facts),
    ...sectionDeviations(withUsedRate(sections), paperSections(sections.model, run.paper), facts),
    {
      text: `engine ${enginesOf(run)} on one device, not ${facts.gpus} GPUs that split each batch`,
      grade: "paper-exact",
    },
  ];
}

/** The best grade that a run with these deviations can have. */
export function gradeOf(found: readonly Deviation[]): Grade {
  return worstGrade(found.map(({ grade }) => grade));
}

function imageDeviations({ datasetTitle, spec }: RunFile, { dataset }: PaperRecipe): Deviation[] {
  if (datasetTitle === dataset) return [];
  // All our other data sets have far smaller and fewer images than ImageNet.
  const other = dataset === "ImageNet" && !isOf("ImageNet", datasetTitle);
  const toy = spec.sections.dataset.name === "synthetic" || other;
  return [{ text: `${imagesWords(datasetTitle)}, not ${dataset}`, grade: toy ? "toy" : "data-scaled" }];
}

/** A deviation for each value that differs, in the order of the phrases. Keys without a phrase come last. */
function sectionDeviations(run: RunSections, recipe: RunSections, facts: PaperRecipe): Deviation[] {
  const [ours, paper] = [new Map(leavesOf(run)), new Map(leavesOf(recipe))];
  const paths = new Set([...Object.keys(phrases), ...ours.keys(), ...paper.keys()]);
  return [...paths].flatMap((path) => {
    const differing = { path, ours: ours.get(path), paper: paper.get(path), run, recipe, facts };
    if (!isDecisive(path) || String(differing.ours) === String(differing.paper)) return [];
    return phrase(differing) ?? [];
  });
}

/** "synthetic images", "images from Fashion-MNIST"; "our own images of 3 classes" as a folder of images is titled. */
export function imagesWords(datasetTitle: string): string {
  if (datasetTitle === "synthetic") return "synthetic images";
  return /^(our own )?images of /.test(datasetTitle) ? datasetTitle : `images from ${datasetTitle}`;
}

/** Whether a data set is the paper's. "ImageNet, mean of each channel" is ImageNet, prepared in another way. */
export function isOf(paper: PaperRecipe["dataset"], ours: string): boolean {
  return ours === paper || (paper === "ImageNet" && ours.startsWith("ImageNet, "));
}

/** "native", or "native (tensorflow from iteration 300)" where another engine resumed the run. */
function enginesOf({ provenance }: RunFile): string {
  const later = engineChanges(provenance).map(({ engine, iteration }) => `${engine.name} from iteration ${iteration}`);
  const { name } = provenance.engine;
  return later.length === 0 ? name : `${name} (${later.join(", ")})`;
}
