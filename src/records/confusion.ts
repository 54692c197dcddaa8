// A confusion matrix: how many test images of each class a net takes for each class. Most of its cells are zero if there
// are many classes, so that a record keeps the others only.
import { z } from "zod";

const count = z.int().min(0);

export const confusionSchema = z
  .looseObject({
    /** Names, in the order of the net's outputs. */
    classes: z.array(z.string()).min(1),
    /** Class of the images, class that the net finds most probable, and how many; by the first two. */
    cells: z.array(z.tuple([count, count, count.min(1)])),
  })
  .refine(({ classes, cells }) => cells.every(([own, taken]) => own < classes.length && taken < classes.length));

export type Confusion = z.infer<typeof confusionSchema>;

/** What a net does with the images of one class. */
export interface ClassResult {
  readonly name: string;
  readonly images: number;
  readonly wrong: number;
  /** The class that its images are most often taken for, if they are not recognised, and how many; the first of several. */
  readonly mistakenFor?: { readonly name: string; readonly images: number };
}

/** @param counts [classes, classes], row by row: a row for the class of the images */
export function confusionOf(classes: readonly string[], counts: ArrayLike<number>): Confusion {
  const cells: Confusion["cells"] = [];
  for (let own = 0; own < classes.length; own++) {
    for (let taken = 0; taken < classes.length; taken++) {
      const images = counts[own * classes.length + taken]!;
      if (images > 0) cells.push([own, taken, images]);
    }
  }
  return { classes: [...classes], cells };
}

/** The sum of matrices of the same classes. */
export function addConfusions(matrices: readonly Confusion[]): Confusion {
  const { classes } = matrices[0]!;
  const counts = new Map<number, number>();
  for (const { cells } of matrices) {
    for (const [own, taken, images] of cells) {
      const place = own * classes.length + taken;
      counts.set(place, (counts.get(place) ?? 0) + images);
    }
  }
  const cells = [...counts]
    .sort(([a], [b]) => a - b)
    .map(([place, images]): [number, number, number] => [
      Math.floor(place / classes.length),
      place % classes.length,
      images,
    ]);
  return { classes, cells };
}

/** The result of each class, in their order. */
export function classResults({ classes, cells }: Confusion): ClassResult[] {
  const results = classes.map((name) => ({ name, images: 0, wrong: 0, most: 0, taken: -1 }));
  for (const [own, taken, images] of cells) {
    const result = results[own]!;
    result.images += images;
    if (taken === own) continue;
    result.wrong += images;
    if (images > result.most) Object.assign(result, { most: images, taken });
  }
  return results.map(({ name, images, wrong, most, taken }) => ({
    name,
    images,
    wrong,
    ...(taken >= 0 && { mistakenFor: { name: classes[taken]!, images: most } }),
  }));
}
