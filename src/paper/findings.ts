// What others found by the same analyses, as sentences for captions, each with its place. A finding stands here only if it
// could be read in its source.

export type FindingName = "lesion" | "lesion-several" | "lesion-order";

const veit = "Veit, Wilber and Belongie 2016";

export const findings: Readonly<Record<FindingName, readonly string[]>> = {
  lesion: [`${veit}, abstract: the paths through a residual net “do not strongly depend on each other”`],
  "lesion-several": [],
  "lesion-order": [],
};
