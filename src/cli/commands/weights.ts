// `weights export RUN --to FILE`: writes a finished run's weights in the format of torchvision's ResNets, and a model card.

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { UserError } from "../../errors.ts";
import { torchvisionDifferences, toTorch } from "../../models/torch-weights.ts";
import { finalWeights } from "../../records/final-weights.ts";
import { modelCard } from "../../reports/model-card.ts";
import { writeError, writeFileAtomically } from "../../system/atomic-file.ts";
import { makeDirectory } from "../../system/make-directory.ts";
import { wrapText } from "../../text/lines.ts";
import { grouped } from "../../text/quantities.ts";
import { encodeSafetensors } from "../../weights/safetensors.ts";
import { findFinishedRecord } from "../arguments/find-run.ts";
import type { OptionsOf } from "../syntax/definition.ts";
import type { weightsExport } from "../syntax/weights.ts";
import type { Io } from "../terminal/io.ts";

/**
 * Writes the weights and reports how torchvision's own net differs. Always returns 0.
 * @throws UserError where the run is not finished, its net has no names there, or the file exists
 */
export async function weightsExportCommand(
  name: string,
  options: OptionsOf<typeof weightsExport>,
  io: Io,
): Promise<number> {
  const record = findFinishedRecord(name, options.results, io);
  const { run, done, path } = record;
  const { model } = run.spec.sections;
  if (model.activation !== "original") {
    throw new UserError(`Expected a net in the paper's order of activation, got ${run.id} in ${model.activation}.`, [
      "torchvision's ResNets support only the original order.",
    ]);
  }
  if (existsSync(options.to)) throw new UserError(`Expected --to to name a new file, got ${options.to}, which exists.`);
  const tensors = toTorch(finalWeights(path));
  const metadata = { format: "pt", run: run.id, input: "pixel/255 minus the mean image of the training images, RGB" };
  const digest = createHash("sha256");
  prepareDirectory(options.to);
  writeFileAtomically(
    options.to,
    (sink) =>
      encodeSafetensors(tensors, metadata, (bytes) => {
        digest.update(bytes);
        sink(bytes);
      }),
    () => {},
    "--to FILE",
  );
  const numbers = tensors.reduce((sum, { data }) => sum + data.length, 0);
  const differences = torchvisionDifferences(model, tensors[0]!.shape.at(-1)!);
  const card = join(dirname(options.to), "README.md");
  const isNew = !existsSync(card);
  if (isNew) {
    const file = { file: basename(options.to), sha256: digest.digest("hex"), numbers, differences };
    writeFileAtomically(card, modelCard(record, done, file), () => {}, "--to FILE");
  }
  if (options.json) {
    const { id } = run;
    const written = { file: options.to, card: isNew ? card : null, run: id, tensors: tensors.length };
    io.out(`${JSON.stringify({ ...written, numbers, differences }, undefined, 2)}\n`);
    return 0;
  }
  io.out(`${options.to}: ${tensors.length} tensors, ${grouped(numbers)} numbers\n`);
  if (isNew) io.out(`${card}: the model card\n`);
  else
    io.err(wrapText(`Wrote no model card, as ${card} exists. For one, write into a directory of its own.`, io.columns));
  for (const difference of differences) {
    io.err(wrapText(`torchvision's own net would give different results: ${difference}.`, io.columns));
  }
  io.err(wrapText("Images go in as pixel/255 minus the mean image of the training images.", io.columns));
  return 0;
}

/** Makes the directory of a file. @throws UserError where it cannot be made */
export function prepareDirectory(file: string): void {
  const directory = dirname(file);
  try {
    makeDirectory(directory);
  } catch (error) {
    throw writeError(directory, error, "--to FILE");
  }
}
