// One's own images: any folder with a folder of images for each class. Classes, counts and colours are read from it.
import { join } from "node:path";
import { UserError } from "../errors.ts";
import { imageSource, type Titled } from "./image-source.ts";
import { holdsImages, otherTests, ownLayout, ownLayouts } from "./layout.ts";
import { dataRoot } from "./location.ts";
import type { DatasetOptions } from "./source.ts";

export const ownImages = imageSource({
  name: "folder",
  wayToGet: "name a folder of your own images: --data DIR",
  published: {},
  find,
  layout: (directory, { testFraction }) => ownLayout(directory, testFraction),
  expected: ownLayouts,
  notes: otherTests,
  nearby: () => [],
  fail,
  title,
});

/** Its name in tables. */
function title({ classes, reducedTo }: Titled): string {
  const name = `our own images of ${classes.length} classes`;
  return reducedTo === undefined ? name : `${name}, short side at most ${reducedTo}`;
}

function find(options: DatasetOptions): string | undefined {
  const { path } = dataRoot(options.data);
  return [join(path, "folder"), path].find(holdsImages);
}

function fail(options: DatasetOptions): never {
  const { path } = dataRoot(options.data);
  throw new UserError(
    `Expected a folder of images by class in ${path} or ${join(path, "folder")}, got neither a folder train/ nor class folders.`,
    ["The expected layout is", ...ownLayouts(path)],
  );
}
