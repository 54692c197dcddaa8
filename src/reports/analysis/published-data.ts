// Whether the images of a run are those that their data set's authors published. A run's title of its data tells.
import type { DatasetConfig } from "../../config/schema.ts";

/** Another title than one of these tells of a copy, or of a part. */
const titles: Readonly<Partial<Record<DatasetConfig["name"], RegExp>>> = {
  cifar10: /^CIFAR-10$/,
  cifar100: /^CIFAR-100$/,
  "fashion-mnist": /^Fashion-MNIST$/,
  // What follows a comma says how this program reads all of its images.
  imagenet: /^ImageNet(,|$)/,
};

/** Undefined for data sets that nobody published: those made by the program, and one's own images. */
export function isPublished(name: DatasetConfig["name"], title: string): boolean | undefined {
  return titles[name]?.test(title);
}
