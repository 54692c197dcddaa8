import { expect, test } from "vitest";
import { keyReference } from "./key-reference.ts";

test("docs/experiment-files.md says what the schema says; `npm run docs` writes it anew", async () => {
  await expect(keyReference()).toMatchFileSnapshot("../../docs/experiment-files.md");
});
