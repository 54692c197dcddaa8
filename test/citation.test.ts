// CITATION.cff has what citing tools need, agrees with package.json, and names the paper.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";

const read = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), "utf8");

it("CITATION.cff cites this program, as package.json has it, and the paper", () => {
  const citation = parse(read("CITATION.cff"));
  const { name, version, license } = JSON.parse(read("package.json"));
  expect(citation).toMatchObject({ "cff-version": "1.2.0", title: name, type: "software", version, license });
  expect(citation.message).toMatch(/cite/);
  expect(citation.authors).not.toHaveLength(0);
  expect(citation["preferred-citation"]).toMatchObject({
    type: "conference-paper",
    title: "Deep Residual Learning for Image Recognition",
    year: 2016,
    start: 770,
    end: 778,
    doi: "10.1109/CVPR.2016.90",
  });
  const family = citation["preferred-citation"].authors.map((author: Record<string, string>) => author["family-names"]);
  expect(family).toEqual(["He", "Zhang", "Ren", "Sun"]);
});
