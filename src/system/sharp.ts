// Loads the package sharp (libvips) when the first image is read or drawn: most commands do neither.
import { errorMessage, UserError } from "../errors.ts";

let loading: Promise<typeof import("sharp").default> | undefined;

/** sharp, with one thread for each image and no cache. @throws UserError where its library is not installed */
export function loadSharp(): Promise<typeof import("sharp").default> {
  loading ??= import("sharp").then(
    ({ default: sharp }) => {
      // Many images are decoded in parallel, each only once.
      sharp.concurrency(1);
      sharp.cache(false);
      return sharp;
    },
    (error: unknown) => {
      const reason = errorMessage(error).trim().split("\n")[0];
      throw new UserError(`Expected the package sharp, which decodes images and draws PNGs, to load, got: ${reason}.`, [
        "Its library for this platform is an optional package: `npm install --include=optional` installs it.",
      ]);
    },
  );
  return loading;
}
