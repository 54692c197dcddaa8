import { describe, expect, it } from "vitest";
import { testObserver, unreadableNote } from "../../../src/cli/terminal/test-observer.ts";

const signal = new AbortController().signal;

describe("a test image that cannot be decoded", () => {
  it("is named once, however often it is read, without control codes, and below the scores", () => {
    const heard: string[] = [];
    const observer = testObserver({ err: (text) => heard.push(text), stderrIsTerminal: false, signal });
    expect(unreadableNote(observer, 80)).toBe("");
    for (const name of ["val/a/1.jpg", "val/a/\x1b[2J.jpg", "val/a/1.jpg"]) observer.onUnreadable(name, "cut short");
    expect(heard).toEqual([
      "val/a/1.jpg cannot be decoded (cut short): the next test image is used instead.\n",
      "val/a/\\x1b[2J.jpg cannot be decoded (cut short): the next test image is used instead.\n",
    ]);
    expect(unreadableNote(observer, 200)).toBe(
      "\n2 test images could not be decoded: val/a/1.jpg, val/a/\\x1b[2J.jpg. Other test images count twice in their place.\n",
    );
  });
});
