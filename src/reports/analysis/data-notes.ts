// Notes on the images behind the numbers of a report: what was left out when the data set was opened, and which images
// could not be decoded, so that other images were used twice.

import type { RunRecord } from "../../records/record.ts";
import { listed } from "../../text/listing.ts";
import { grouped } from "../../text/quantities.ts";
import { groupBy } from "./group.ts";

/** A sentence for each note. It names the nets where the note is not about all runs. */
export function dataNotes(runs: readonly RunRecord[]): string[] {
  const said = runs.flatMap((record) => runNotes(record).map((sentence) => ({ sentence, record })));
  return [...groupBy(said, ({ sentence }) => sentence)].map(([sentence, same]) => {
    const labels = [...new Set(same.map(({ record }) => record.run.spec.label))];
    return same.length === runs.length ? sentence : `${labels.join(", ")}: ${sentence}`;
  });
}

/** The sentences of one run. */
export function runNotes({ run, unreadableImages = [] }: RunRecord): string[] {
  const names = unreadableImages.map(({ name }) => name);
  const test = names.filter((name) => name.startsWith("val/"));
  const training = names.filter((name) => !name.startsWith("val/"));
  return [
    ...(run.datasetNotes ?? []),
    ...(test.length > 0 ? [`${undecoded(test, "test")} Other test images count twice in their place.`] : []),
    ...(training.length > 0 ? [`${undecoded(training, "training")} Other images took their place.`] : []),
  ];
}

function undecoded(names: readonly string[], split: string): string {
  const images = names.length === 1 ? `1 ${split} image` : `${grouped(names.length)} ${split} images`;
  return `${images} could not be decoded: ${listed(names)}.`;
}
