// Rules on several keys: the augmentation and the crop sizes must suit the data set, and images are mixed in one way.
import { implied, scaleOf, shortSideOf } from "./implied.ts";
import { isInFiles } from "./names.ts";
import type { RunSections } from "./schema.ts";

/** The key that is wrong and what it should be; undefined if all is well. */
export function viewProblem({ dataset, training, evaluation }: RunSections) {
  const inFiles = isInFiles(dataset.name);
  const { augmentation, scale } = training;
  const suited =
    dataset.name === "folder" ? undefined : inFiles ? ("scale-crop-flip-colour" as const) : ("pad-crop-flip" as const);
  const problem = (path: readonly string[], expected: string, got: string | number) => ({
    path,
    message: `Expected ${path.join(".")} to be ${expected}, got ${got}.`,
  });
  const { mixup, cutmix } = training;
  if (mixup !== undefined && cutmix !== undefined) {
    return problem(["training", "cutmix"], "left out with mixup, as images are mixed in one way", cutmix);
  }
  if (dataset.testFraction !== undefined && dataset.name !== "folder") {
    return problem(
      ["dataset", "testFraction"],
      `left out for ${dataset.name}, which has test images`,
      dataset.testFraction,
    );
  }
  if (suited !== undefined && augmentation !== suited && augmentation !== "none") {
    return problem(["training", "augmentation"], `${suited} or none for ${dataset.name}`, augmentation);
  }
  const { cropSize = implied.cropSize } = dataset;
  if (!inFiles) {
    const given = [
      [["dataset", "cropSize"], dataset.cropSize] as const,
      [["training", "scale"], scale && `${scale.from} to ${scale.to}`] as const,
      [["evaluation", "shortSide"], evaluation.shortSide] as const,
    ].find(([, value]) => value !== undefined);
    return given && problem(given[0], `left out for ${dataset.name}, whose images have one size`, given[1]!);
  }
  const shortSide = shortSideOf({ dataset, evaluation });
  if (shortSide < cropSize)
    return problem(["evaluation", "shortSide"], `at least the side of the crop, ${cropSize}`, shortSide);
  const { from } = scaleOf({ dataset, training });
  if (augmentation === "scale-crop-flip-colour" && from < cropSize)
    return problem(["training", "scale", "from"], `at least the side of the crop, ${cropSize}`, from);
  return undefined;
}
