// What others found by the same analyses, as sentences for captions, each with its place. A finding stands here only if it
// could be read in its source. The numbers of other figures could not, so they are not here.
import type { AnalysisName } from "../config/names.ts";

const veit = "Veit, Wilber and Belongie 2016, abstract";

export const findings: Readonly<Record<AnalysisName, readonly string[]>> = {
  lesion: [`${veit}: the paths through a residual net “do not strongly depend on each other”`],
  construction: ["He et al. 2015, section 1: such a solution exists, so that a deeper net need be no worse"],
  signal: [
    "De and Smith 2020, abstract: the branch is smaller than the shortcut “by a normalizing factor on the order of the square root of the network depth”",
  ],
  "gradient-correlation": [
    "Balduzzi et al. 2017, abstract: in plain nets the correlation “decays exponentially with depth”, with shortcuts “sublinearly”",
  ],
  paths: [`${veit}: with 110 layers, most of the gradient comes from paths that are only 10 to 34 layers deep`],
  landscape: ["Li et al. 2018, Fig. 1, shows ResNet-56 with and without shortcuts as surfaces, without numbers"],
};
