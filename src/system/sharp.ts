// The package sharp (libvips), loaded when the first image is read or drawn: most commands need neither.
import { errorMessage, UserError } from "../errors.ts";

let loading: Promise<typeof import("sharp").default> | undefined;

/** sharp, with one thread an image and no cache. @throws UserError where its library is not installed */
export function loadSharp(): Promise<typeof import("sharp").default> {
  loading ??= import("sharp").then(
    ({ default: sharp }) => {
      // Many images are decoded at once, each of them once.
      sharp.concurrency(1);
      sharp.cache(false);
      return sharp;
    },
    (error: unknown) => {
      const reason = errorMessage(error).trim().split("\n")[0];
      throw new UserError(`Expected the package sharp, which decodes images and draws PNGs, to load, got: ${reason}.`, [
        "It brings a library for each platform as an optional package: `npm install --include=optional` installs it.",
      ]);
    },
  );
  return loading;
}
