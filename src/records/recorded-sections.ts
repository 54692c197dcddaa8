// Reads the sections of a recorded run by today's vocabulary. A key that an older record lacks gets its default, which is
// what runs did before the key existed. A key or value that this version does not know is refused.
import { z } from "zod";
import { ownShortcut } from "../config/names.ts";
import { type RunSections, runSchema } from "../config/schema.ts";

/** `spec.sections` of run.json, complete. */
export const recordedSections: z.ZodType<RunSections> = z.preprocess(asWritten, runSchema);

/** The sections as an experiment file has them: some blocks leave no choice of a shortcut, so it is not written there. */
function asWritten(recorded: unknown): unknown {
  const found = z
    .looseObject({ model: z.looseObject({ block: runSchema.shape.model.in.shape.block, shortcut: z.string() }) })
    .safeParse(recorded);
  if (!found.success || found.data.model.shortcut !== ownShortcut(found.data.model.block)) return recorded;
  const { shortcut: _, ...model } = found.data.model;
  return { ...found.data, model };
}
