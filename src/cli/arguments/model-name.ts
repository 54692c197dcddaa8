// A net on the command line: FAMILY-DEPTH or a name such as resnet50, and options, read into the same values as in an
// experiment file.
import { isPlain } from "../../config/names.ts";
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

/** Depths of the imagenet family (Table 1). "resnet" or "plain" with any other depth is a net of the cifar family. */
const imagenetDepths: readonly number[] = [18, 34, 50, 101, 152];

/**
 * Reads "cifar-56", "imagenet-50", "resnet50", "ResNet-56" or "plain-34" and its options.
 * @throws UserError for a name of another form, and for values that the schema refuses
 */
export function parseModel(name: string, options: ModelOptions): { model: ModelConfig; input: ModelInput } {
  const { family, depth, block: namedBlock } = netOf(name);
  const { size, classes, shortcut, activation, span, width, stem, strideIn } = options;
  const block = options.block ?? namedBlock;
  if (namedBlock !== undefined && !isPlain(block)) {
    throw new UserError(`Expected --block of ${name} to be a block without a shortcut, got ${block}.`, [
      `${family}-${depth} is the net with shortcuts.`,
    ]);
  }
  const keys = { block, shortcut, activation, span, width, stem, strideIn };
  const parsed = modelSchema.safeParse({ family, depth, ...keys });
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

function netOf(name: string): { family: string; depth: number; block?: string } {
  const [, word, digits] = /^(cifar-|imagenet-|resnet-?|plain-?)(\d{1,5})$/.exec(name.toLowerCase()) ?? [];
  if (word === undefined) {
    throw new UserError(
      `Expected a net as FAMILY-DEPTH, such as cifar-56 or imagenet-50, got ${JSON.stringify(name)}.`,
      [
        "Families: cifar (20, 32, 44, 56, 110 …) and imagenet (18, 34, 50, 101, 152).",
        "resnet50 is imagenet-50, resnet56 is cifar-56, and plain34 is imagenet-34 without shortcuts.",
      ],
    );
  }
  const depth = Number(digits);
  const first = word.replace("-", "");
  if (first === "cifar" || first === "imagenet") return { family: first, depth };
  const family = imagenetDepths.includes(depth) ? "imagenet" : "cifar";
  if (first === "resnet") return { family, depth };
  return { family, depth, block: family === "imagenet" && depth >= 50 ? "plain-bottleneck" : "plain" };
}
