// `weights export RUN --to FILE`: writes a finished run's weights in the format of torchvision's ResNets.

import { existsSync } from "node:fs";
import { UserError } from "../../errors.ts";
import { torchvisionDifferences, toTorch } from "../../models/torch-weights.ts";
import { finalWeights } from "../../records/final-weights.ts";
import { writeFileAtomically } from "../../system/atomic-file.ts";
import { wrapText } from "../../text/lines.ts";
import { grouped } from "../../text/quantities.ts";
import { encodeSafetensors } from "../../weights/safetensors.ts";
import { findRecord } from "../arguments/find-run.ts";
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
  const { run, done, status, path } = findRecord(name, options.results, io);
  if (!done) throw new UserError(`Expected a finished run, got ${run.id} (${status}).`);
  const { model } = run.spec.sections;
  if (model.activation !== "original") {
    throw new UserError(`Expected a net in the paper's order of activation, got ${run.id} in ${model.activation}.`, [
      "torchvision's ResNets support only the original order.",
    ]);
  }
  if (existsSync(options.to)) throw new UserError(`Expected --to to name a new file, got ${options.to}, which exists.`);
  const tensors = toTorch(finalWeights(path));
  const metadata = { format: "pt", run: run.id, input: "pixel/255 minus the mean image of the training images, RGB" };
  writeFileAtomically(options.to, (sink) => encodeSafetensors(tensors, metadata, sink));
  const numbers = tensors.reduce((sum, { data }) => sum + data.length, 0);
  const differences = torchvisionDifferences(model, tensors[0]!.shape.at(-1)!);
  if (options.json) {
    const { id } = run;
    io.out(
      `${JSON.stringify({ file: options.to, run: id, tensors: tensors.length, numbers, differences }, undefined, 2)}\n`,
    );
    return 0;
  }
  io.out(`${options.to}: ${tensors.length} tensors, ${grouped(numbers)} numbers\n`);
  for (const difference of differences) {
    io.err(wrapText(`torchvision's own net would give different results: ${difference}.`, io.columns));
  }
  io.err(wrapText("Images go in as pixel/255 minus the mean image of the training images.", io.columns));
  return 0;
}
