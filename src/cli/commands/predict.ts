// `predict RUN IMAGE…`: what a finished run's net takes images for.
import { imageFiles } from "../../datasets/one-image.ts";
import { openEngine } from "../../engines/choice.ts";
import { printable } from "../../errors.ts";
import { type Prediction, predictImages } from "../../evaluation/prediction.ts";
import { percent } from "../../text/quantities.ts";
import { findFinishedRecord } from "../arguments/find-run.ts";
import type { OptionsOf } from "../syntax/definition.ts";
import type { predict } from "../syntax/predict.ts";
import { datasetOpener } from "../terminal/dataset-opener.ts";
import type { Io } from "../terminal/io.ts";

/**
 * Prints the most probable classes of each image. 2 if an image cannot be decoded, which is named; the others are shown.
 * @throws UserError if the run is not finished, or a path leads nowhere
 */
export async function predictCommand(
  [name = "", ...paths]: readonly string[],
  options: OptionsOf<typeof predict>,
  io: Io,
): Promise<number> {
  const record = findFinishedRecord(name, options.results, io);
  const { run } = record;
  const { files, notes } = imageFiles(paths);
  for (const note of notes) io.err(`${note}\n`);
  const { engine } = await openEngine(options.engine, { adapter: options.adapter, threads: options.threads });
  const predictions: Prediction[] = [];
  for await (const prediction of predictImages(record, files, datasetOpener(options.data, io))) {
    io.signal.throwIfAborted();
    predictions.push(prediction);
    if ("problem" in prediction) {
      io.err(`${printable(prediction.image)} cannot be decoded: ${prediction.problem.replace(/\.$/, "")}.\n`);
    } else if (!options.json) io.out(textOf(prediction));
  }
  if (options.json) {
    const { experiment, label, seed } = run.spec;
    const facts = { run: { experiment, id: run.id, label, seed }, engine: engine.name, predictions };
    io.out(`${JSON.stringify(facts, undefined, 2)}\n`);
  }
  return predictions.some((prediction) => "problem" in prediction) ? 2 : 0;
}

function textOf({ image, classes }: Exclude<Prediction, { problem: string }>): string {
  const lines = classes.map(({ name, probability }) => `  ${percent(probability).padStart(6)} %  ${name}\n`);
  return `${printable(image)}\n${lines.join("")}`;
}
