// What an experiment file that comes with the program needs for images in files: the keys of small views, and no profile
// for other images, as such a profile would inherit those keys. Works on lines, so that the file's comments stay.

/** Sizes of images that are seen as small as those of CIFAR-10: the paper's sizes, in proportion to the crop. */
export const smallViews = { cropSize: 32, scale: "{ from: 37, to: 69 }", shortSide: 37 };

/** The names of the profiles that set another data set. */
export function profilesOfOtherImages(lines: readonly string[]): string[] {
  return profileBlocks(lines).flatMap(({ name, text }) => (setsDataset(text) ? [name] : []));
}

function setsDataset(block: readonly string[]): boolean {
  return block.some((line) => /^ {4}dataset: \{.*\bname: /.test(line));
}

/** The file without these profiles. */
export function withoutProfiles(lines: readonly string[], names: readonly string[]): string[] {
  const dropped = new Set(
    profileBlocks(lines).flatMap(({ name, first, text }) =>
      names.includes(name) ? text.map((_, i) => first + i) : [],
    ),
  );
  return lines.filter((_, i) => !dropped.has(i));
}

/** The file with what ImageNet's augmentation and tests need beside `cropSize`. */
export function withSmallViews(lines: readonly string[]): string[] {
  const { scale, shortSide } = smallViews;
  return lines.flatMap((line) => {
    if (line === "training:") return [line, "  augmentation: scale-crop-flip-colour", `  scale: ${scale}`];
    return [line.replace(/^evaluation: \{ /, `evaluation: { shortSide: ${shortSide}, `)];
  });
}

/** The file with no more images under `smoke` than a folder has. */
export function withAtMost(
  lines: readonly string[],
  { trainImages, testImages }: { readonly trainImages: number; readonly testImages: number },
): string[] {
  const least = (most: number) => (_: string, key: string, count: string) => `${key}${Math.min(most, Number(count))}`;
  return lines.map((line) =>
    line
      .replace(/^( {4}dataset: .*\btrainImages: )(\d+)/, least(trainImages))
      .replace(/^( {4}dataset: .*\btestImages: )(\d+)/, least(testImages)),
  );
}

interface Block {
  readonly name: string;
  /** The index of its first line. */
  readonly first: number;
  readonly text: readonly string[];
}

function profileBlocks(lines: readonly string[]): Block[] {
  const start = lines.indexOf("profiles:") + 1;
  if (start === 0) return [];
  return lines.flatMap((line, first) => {
    const [, name] = /^ {2}([a-z0-9-]+):$/.exec(line) ?? [];
    if (first < start || name === undefined) return [];
    const rest = lines.slice(first + 1);
    const end = rest.findIndex((other) => !other.startsWith("    "));
    return [{ name, first, text: [line, ...rest.slice(0, end < 0 ? undefined : end)] }];
  });
}
