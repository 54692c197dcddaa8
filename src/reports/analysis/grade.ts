// The grade of a run: how near it is to the paper's recipe, in one of five words. A deviation says the best grade it allows.

/** Best first. Errors of another net or of a toy are never compared with the paper's; a toy can only show an effect. */
export const grades = ["paper-exact", "schedule-scaled", "data-scaled", "other-net", "toy"] as const;
export type Grade = (typeof grades)[number];

/** What each grade means, for readers. */
export const gradeMeanings = {
  "paper-exact": "the paper's net, images and schedule",
  "schedule-scaled": "the paper's net and images, trained in another way",
  "data-scaled": "other images than the paper's, or only some of them",
  "other-net": "a net that is not the paper's",
  toy: "narrow nets, made-up or small images, or less than a tenth of the paper's training",
} satisfies Record<Grade, string>;

/** The worst of some grades; paper-exact for none. */
export function worstGrade(given: readonly Grade[]): Grade {
  return grades.findLast((grade) => given.includes(grade)) ?? "paper-exact";
}
