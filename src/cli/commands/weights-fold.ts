// `weights fold RUN --to FILE`: writes a finished run's net of repvgg as one of single convolutions, once its outputs are
// found to be equal.
import { existsSync } from "node:fs";
import { openEngine } from "../../engines/choice.ts";
import { UserError } from "../../errors.ts";
import { foldingBound, foldRun, requireFoldable } from "../../evaluation/folding.ts";
import { toTorch } from "../../models/torch-weights.ts";
import { writeFileAtomically } from "../../system/atomic-file.ts";
import { wrapText } from "../../text/lines.ts";
import { grouped } from "../../text/quantities.ts";
import { encodeSafetensors } from "../../weights/safetensors.ts";
import { findFinishedRecord } from "../arguments/find-run.ts";
import type { OptionsOf } from "../syntax/definition.ts";
import type { weightsFold } from "../syntax/weights.ts";
import { datasetOpener } from "../terminal/dataset-opener.ts";
import type { Io } from "../terminal/io.ts";
import { prepareDirectory } from "./weights.ts";

/**
 * Returns 0 if the outputs of both nets are equal up to rounding, else 4 without a file.
 * @throws UserError where the run is not finished, its net cannot be folded, or the file exists
 */
export async function weightsFoldCommand(
  name: string,
  options: OptionsOf<typeof weightsFold>,
  io: Io,
): Promise<number> {
  const record = findFinishedRecord(name, options.results, io);
  const { run } = record;
  requireFoldable(record);
  if (existsSync(options.to)) throw new UserError(`Expected --to to name a new file, got ${options.to}, which exists.`);
  await openEngine(options.engine, { threads: options.threads });
  const dataset = await datasetOpener(options.data, io)(run.spec.sections.dataset);
  const { tensors, distance, holds } = await foldRun(record, dataset, io.signal);
  const { images, difference, sameClass } = distance;
  const numbers = tensors.reduce((sum, { data }) => sum + data.length, 0);
  if (holds) {
    const input = "pixel/255 minus the mean image of the training images, RGB";
    const metadata = { format: "pt", run: run.id, block: "repvgg-folded", input };
    prepareDirectory(options.to);
    writeFileAtomically(options.to, (sink) => encodeSafetensors(toTorch(tensors), metadata, sink));
  }
  if (options.json) {
    const written = holds ? { file: options.to, tensors: tensors.length, numbers } : {};
    const facts = { run: run.id, holds, ...written, images, difference, bound: foldingBound, sameClass };
    io.out(`${JSON.stringify(facts, undefined, 2)}\n`);
    return holds ? 0 : 4;
  }
  if (holds) io.out(`${options.to}: ${tensors.length} tensors, ${grouped(numbers)} numbers\n`);
  const apart =
    `On ${grouped(images)} test images the outputs of the folded net differ from the run's by at most ` +
    `${difference.toExponential(1)} of the largest output, and ${grouped(sameClass)} images get the same class.`;
  io.out(wrapText(apart, io.columns));
  if (!holds) io.err(wrapText(`More than ${foldingBound} is not rounding: no file was written.`, io.columns));
  return holds ? 0 : 4;
}
