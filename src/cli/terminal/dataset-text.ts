// The counts, digest and class balance of a data set, for scripts and as text.
import { grouped } from "../../text/quantities.ts";
import type { Dataset } from "../../types.ts";

/** The counts of all images and of each class, for scripts. */
export function datasetFacts({ name, title, digest, classes, train, test }: Dataset, directory: string) {
  const [inTrain, inTest] = [countByLabel(train.labels, classes.length), countByLabel(test.labels, classes.length)];
  return {
    name,
    directory,
    title,
    digest,
    trainImages: train.count,
    testImages: test.count,
    classes: classes.map((label, index) => ({ label, trainImages: inTrain[index]!, testImages: inTest[index]! })),
  };
}

/** The same in a few lines, with the class balance. */
export function datasetText(dataset: Dataset, directory: string): string {
  const { name, title, digest, trainImages, testImages, classes } = datasetFacts(dataset, directory);
  const balance = (key: "trainImages" | "testImages") => {
    const counts = classes.map((each) => each[key]);
    const [least, most] = [Math.min(...counts), Math.max(...counts)];
    return least === most ? `${grouped(least)} of each class` : `${grouped(least)} to ${grouped(most)} of a class`;
  };
  return [
    `${name}: ${title}${directory === "" ? "" : `, in ${directory}`}`,
    `  train   ${grouped(trainImages)} images, ${balance("trainImages")}`,
    `  test    ${grouped(testImages)} images, ${balance("testImages")}`,
    `  digest  ${digest}`,
    "",
  ].join("\n");
}

function countByLabel(labels: Iterable<number>, classes: number): Uint32Array {
  const counts = new Uint32Array(classes);
  for (const label of labels) counts[label] = counts[label]! + 1;
  return counts;
}
