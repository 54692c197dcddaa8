// The expected layout of a folder of images by class, in words, and the names of its label lists.
import { join } from "node:path";

/** The label lists for a flat val/, in the order of the search, which looks in the folder and then in val/. */
export const labelLists = [
  "val.txt",
  "LOC_val_solution.csv",
  "imagenet_2012_validation_synset_labels.txt",
  "val_annotations.txt",
];

/** Where Kaggle's archive of ImageNet has train/ and val/. */
export const kaggleImages = join("ILSVRC", "Data", "CLS-LOC");

/** The hint for a user who lacks the data or has it in another layout. */
export function expectedLayout(directory: string): string[] {
  return [
    `${join(directory, "train", "n01440764", "n01440764_10026.JPEG")} and so on: a folder for each class`,
    `${join(directory, "val", "n01440764", "ILSVRC2012_val_00000293.JPEG")}: the same for validation,`,
    `or all of them in ${join(directory, "val")} with their labels in ${join(directory, labelLists[0]!)} (lines of`,
    `"ILSVRC2012_val_00000001.JPEG 65" or "… n01751748"), ${labelLists[1]} (Kaggle's),`,
    `${labelLists[2]} (a wnid a line, in the order of the files)`,
    `or ${join(directory, "val", labelLists[3]!)} (Tiny ImageNet's).`,
  ];
}
