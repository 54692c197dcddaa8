import { describe, expect, it } from "vitest";
import { wrapText } from "../../src/text/lines.ts";

describe("wrapText", () => {
  it("breaks between words, and lets a long word stand", () => {
    expect(wrapText("one two three incomprehensible", 7)).toBe("one two\nthree\nincomprehensible\n");
    expect(wrapText("", 7)).toBe("\n");
  });
});
