// A data set on the command line, by its name.
import { datasetNames } from "../../config/names.ts";
import { meantWord } from "../../config/vocabulary.ts";
import type { DatasetName } from "../../datasets/dataset.ts";
import { UserError } from "../../errors.ts";

/** A word as the name of a data set. @throws UserError that lists the names */
export function parseDatasetName(name: string): DatasetName {
  const known = datasetNames.find((each) => each === name);
  if (known) return known;
  const nearest = meantWord(name, datasetNames);
  throw new UserError(
    `Expected the data set to be ${datasetNames.slice(0, -1).join(", ")} or ${datasetNames.at(-1)}, got ${JSON.stringify(name)}.`,
    nearest ? [`Did you mean ${nearest}?`] : [],
  );
}
