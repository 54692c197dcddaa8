// The classes on a page: the error of each by net, and the confusion matrices as pictures.
import { confusionPictures } from "../figures/confusion-picture.ts";
import type { Study } from "../study.ts";
import { classTables } from "../tables/class-tables.ts";
import { pictureHtml } from "./figure-section.ts";
import { htmlList, htmlTable } from "./html.ts";

/** "" if `evaluate` measured nothing. */
export function classesHtml({ setups }: Study): string {
  const tables = classTables(setups).map(({ setup, columns, rows, notes }) =>
    [htmlTable(`Errors by class: ${setup}`, columns, rows), htmlList(notes)].join("\n"),
  );
  return [...tables, ...confusionPictures(setups).map((picture) => pictureHtml(picture, "confusion"))].join("\n");
}
