// Confusion matrices: from counts to a record, sums over runs, and the result of each class.
import { describe, expect, it } from "vitest";
import { addConfusions, classResults, confusionOf, confusionSchema } from "../../src/records/confusion.ts";

const classes = ["cat", "dog", "owl"];
const matrix = confusionOf(classes, [3, 1, 0, 2, 2, 2, 0, 0, 0]);

describe("a confusion matrix", () => {
  it("keeps the cells that are not zero, row by row", () => {
    expect(matrix).toEqual({
      classes,
      cells: [
        [0, 0, 3],
        [0, 1, 1],
        [1, 0, 2],
        [1, 1, 2],
        [1, 2, 2],
      ],
    });
  });

  it("tells of each class how many images are wrong, and what they are most often taken for", () => {
    expect(classResults(matrix)).toEqual([
      { name: "cat", images: 4, wrong: 1, mistakenFor: { name: "dog", images: 1 } },
      // Of two that are as many, the first.
      { name: "dog", images: 6, wrong: 4, mistakenFor: { name: "cat", images: 2 } },
      { name: "owl", images: 0, wrong: 0 },
    ]);
  });

  it("adds up over runs", () => {
    const other = confusionOf(classes, [1, 0, 1, 0, 0, 0, 0, 0, 5]);
    expect(addConfusions([matrix, other])).toEqual(confusionOf(classes, [4, 1, 1, 2, 2, 2, 0, 0, 5]));
  });

  it("is refused where a cell is of no class", () => {
    expect(confusionSchema.safeParse({ classes, cells: [[0, 3, 1]] }).success).toBe(false);
    expect(confusionSchema.safeParse(matrix).success).toBe(true);
  });
});
