import { describe, expect, it } from "vitest";
import { wrapText } from "../../src/text/lines.ts";

describe("wrapText", () => {
  it("breaks lines between words, and never within a long word", () => {
    expect(wrapText("one two three incomprehensible", 7)).toBe("one two\nthree\nincomprehensible\n");
    expect(wrapText("", 7)).toBe("\n");
  });
});
