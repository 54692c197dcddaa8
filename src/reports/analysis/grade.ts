// How far a run is from the paper's recipe, in one of five words; each deviation brings the grade it forces.

/** Best first. Errors of another net or a toy are never held against the paper's; a toy shows an effect at most. */
export const grades = ["paper-exact", "schedule-scaled", "data-scaled", "other-net", "toy"] as const;
export type Grade = (typeof grades)[number];

/** What each grade says, for readers. */
export const gradeMeanings = {
  "paper-exact": "the paper's net, images and schedule",
  "schedule-scaled": "the paper's net and images, trained otherwise",
  "data-scaled": "other images than the paper's, or a part of them",
  "other-net": "another net than the paper's",
  toy: "narrow nets, made-up or small images, or less than a tenth of the paper's training",
} satisfies Record<Grade, string>;

/** The worst of some grades; paper-exact for none. */
export function worstGrade(given: readonly Grade[]): Grade {
  return grades.findLast((grade) => given.includes(grade)) ?? "paper-exact";
}
