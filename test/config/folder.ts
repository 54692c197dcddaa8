// A temporary folder for the tests of a file, and the text of an error as the program prints it.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { UserError } from "../../src/errors.ts";

/** A folder that exists while the tests of a file run. */
export function temporaryFolder(): { path: string } {
  const folder = { path: "" };
  beforeAll(() => {
    folder.path = mkdtempSync(join(tmpdir(), "resnet-exp-"));
  });
  afterAll(() => rmSync(folder.path, { recursive: true, force: true }));
  return folder;
}

/** The message and hints of the UserError that the call throws. Any other error passes through. */
export function answer(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof UserError) return [error.message, ...error.hints.map((hint) => `  ${hint}`)].join("\n");
    throw error;
  }
  throw new Error("The call was expected to throw a UserError.");
}
