// A net on the command line: FAMILY-DEPTH and options, read into the same values as in an experiment file.
import { type ModelConfig, modelSchema } from "../../config/schema.ts";
import { expectation, schemaAt } from "../../config/vocabulary.ts";
import { UserError } from "../../errors.ts";
import type { ModelInput } from "../../types.ts";

export interface ModelOptions {
  readonly block?: string | undefined;
  readonly shortcut?: string | undefined;
  readonly activation?: string | undefined;
  readonly span?: number | undefined;
  readonly width?: number | undefined;
  readonly stem?: string | undefined;
  readonly strideIn?: string | undefined;
  /** Height and width of the images; 32 for cifar, 224 for imagenet. */
  readonly size?: number | undefined;
  /** 10 for cifar, 1000 for imagenet. */
  readonly classes?: number | undefined;
}

/**
 * Reads "cifar-56" or "imagenet-50" and its options.
 * @throws UserError for a name of another form, and for what the schema refuses
 */
export function parseModel(name: string, options: ModelOptions): { model: ModelConfig; input: ModelInput } {
  const [, family, depth] = /^(cifar|imagenet)-(\d{1,5})$/.exec(name) ?? [];
  if (!family || !depth) {
    throw new UserError(
      `Expected a net as FAMILY-DEPTH, such as cifar-56 or imagenet-50, got ${JSON.stringify(name)}.`,
      ["Families: cifar (20, 32, 44, 56, 110 …) and imagenet (18, 34, 50, 101, 152)."],
    );
  }
  const { size, classes, block, shortcut, activation, span, width, stem, strideIn } = options;
  const keys = { block, shortcut, activation, span, width, stem, strideIn };
  const parsed = modelSchema.safeParse({ family, depth: Number(depth), ...keys });
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ code, path, message }) =>
      code === "custom"
        ? message
        : `Expected ${path.join(".")} to be ${expectation(schemaAt(["model", ...path.map(String)]))}.`,
    );
    throw new UserError(issues.join("\n"));
  }
  const side = size ?? (family === "cifar" ? 32 : 224);
  const input = { height: side, width: side, channels: 3, classes: classes ?? (family === "cifar" ? 10 : 1000) };
  return { model: parsed.data, input };
}
