// A study's directory as an RO-Crate (1.1) in the profile Process Run Crate 0.5: one file beside the results says who made
// each file, with which program, from what. Uses no clock, so that the same files give the same bytes.
import { join } from "node:path";
import type { RunRecord } from "../records/record.ts";
import { jsonText, writeFileAtomically } from "../system/atomic-file.ts";
import { type Entity, timeText, to } from "./entity.ts";
import { endOf, runAction } from "./run-action.ts";
import { filesOfRun, filesOfStudy, metadataFile } from "./study-files.ts";

/** What no record says. */
export interface CrateFacts {
  /** "Ada Example", or "Ada Example (https://orcid.org/…)". */
  readonly author?: string | undefined;
  /** The licence of the results, by its identifier in the SPDX list: "CC-BY-4.0". */
  readonly license?: string | undefined;
}

const profile: Entity = {
  "@id": "https://w3id.org/ro/wfrun/process/0.5",
  "@type": "CreativeWork",
  name: "Process Run Crate",
  version: "0.5",
};

const paper: Entity = {
  "@id": "https://doi.org/10.1109/CVPR.2016.90",
  "@type": "ScholarlyArticle",
  name: "Deep Residual Learning for Image Recognition",
  author: "Kaiming He, Xiangyu Zhang, Shaoqing Ren, Jian Sun",
  datePublished: "2016-06-27",
};

/**
 * Writes the metadata of the crate into a study's directory.
 * @param runs the runs of the study, none of which is being trained
 * @returns the file's path
 * @throws UserError where it cannot be written
 */
export async function writeCrate(
  results: string,
  experiment: string,
  runs: readonly RunRecord[],
  facts: CrateFacts = {},
): Promise<string> {
  const directory = join(results, experiment);
  const path = join(directory, metadataFile);
  writeFileAtomically(path, jsonText(await describeCrate(directory, experiment, runs, facts)));
  return path;
}

async function describeCrate(
  directory: string,
  experiment: string,
  runs: readonly RunRecord[],
  facts: CrateFacts,
): Promise<object> {
  const author = facts.author === undefined ? undefined : person(facts.author);
  const license = licenseEntity(facts.license);
  const files = await filesOfStudy(directory);
  const folders: Entity[] = [];
  const actions: Entity[] = [];
  const parts = new Map<string, Entity>();
  for (const record of runs) {
    const own = await filesOfRun(record);
    const { action, parts: others } = runAction(record, own, author);
    folders.push({
      "@id": `runs/${record.run.id}/`,
      "@type": "Dataset",
      name: `${record.run.spec.label}, seed ${record.run.spec.seed}`,
      hasPart: own.map(to),
    });
    actions.push(action);
    for (const part of [...own, ...others]) parts.set(part["@id"], part);
  }
  const root: Entity = {
    "@id": "./",
    "@type": "Dataset",
    conformsTo: to(profile),
    name: experiment,
    description: descriptionOf(experiment, runs),
    datePublished: timeText(lastMoment(runs)),
    license: to(license),
    ...(author && { author: to(author) }),
    citation: to(paper),
    hasPart: [...files, ...folders].map(to),
    mentions: actions.map(to),
  };
  const descriptor: Entity = {
    "@id": metadataFile,
    "@type": "CreativeWork",
    conformsTo: { "@id": "https://w3id.org/ro/crate/1.1" },
    about: to(root),
  };
  const context = ["https://w3id.org/ro/crate/1.1/context", "https://w3id.org/ro/terms/workflow-run/context"];
  const own = [descriptor, root, profile, license, ...(author ? [author] : []), paper];
  return { "@context": context, "@graph": [...own, ...files, ...folders, ...actions, ...parts.values()] };
}

function descriptionOf(experiment: string, runs: readonly RunRecord[]): string {
  const question = runs.find(({ run }) => run.question)?.run.question;
  const count = `${runs.length} ${runs.length === 1 ? "run" : "runs"} of the experiment ${experiment}`;
  return `${question === undefined ? "" : `${question} `}${count}, with the tables, figures and pages made from them.`;
}

/** The last moment that the records tell of, so that the crate does not change until the runs do. */
function lastMoment(runs: readonly RunRecord[]): number {
  const moments = runs.flatMap((record) => {
    const { createdAt, sittings = [] } = record.run.provenance;
    return [endOf(record) ?? 0, ...[createdAt, ...sittings.map(({ startedAt }) => startedAt)].map(Date.parse)];
  });
  return moments.reduce((latest, moment) => Math.max(latest, moment), 0);
}

function person(text: string): Entity {
  const [, name = text, address] = /^(.*?)\s*\((https?:[^()\s]+)\)$/.exec(text) ?? [];
  return { "@id": address ?? `#${encodeURIComponent(name)}`, "@type": "Person", name };
}

function licenseEntity(id: string | undefined): Entity {
  if (id !== undefined) {
    const name = `${id}, as in the list of SPDX`;
    return { "@id": `https://spdx.org/licenses/${id}`, "@type": "CreativeWork", name, description: name };
  }
  return {
    "@id": "#no-licence",
    "@type": "CreativeWork",
    name: "No licence",
    description: "The author of these files has not said how others may use them.",
  };
}
