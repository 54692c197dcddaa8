// The page in a real browser: its pointer, keys and legend, on a desktop and on a phone. Chromium runs once,
// on a page with a script that acts as the reader and notes what it sees.
import { describe, expect, it } from "vitest";
import { drawFigure } from "../../../src/reports/figures/draw.ts";
import { renderPage } from "../../../src/reports/page/page.ts";
import { describeStudy } from "../../../src/reports/study.ts";
import { chromium, seenInChromium } from "../../helpers/chromium.ts";
import { temporaryDirectory } from "../../records/sample-run.ts";
import { fourNets } from "../sample-records.ts";

const reader = `
const panel = document.querySelector(".panel");
const values = panel.querySelector(".values");
const plot = panel.querySelector(".plot");
const at = (share) => {
  const frame = panel.querySelector("path[aria-label='plain-34, train, ours'][aria-roledescription='line mark']").getBoundingClientRect();
  return { clientX: frame.left + share * frame.width, clientY: frame.top + 5, bubbles: true };
};
plot.querySelector("svg").dispatchEvent(new PointerEvent("pointermove", at(1)));
seen.pointer = values.textContent;
plot.querySelector("svg").dispatchEvent(new PointerEvent("pointerleave"));
seen.left = values.textContent;
const key = (name) => plot.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true }));
key("Home");
seen.home = values.textContent;
key("ArrowRight");
seen.right = values.textContent;
key("Escape");
seen.escape = values.textContent;
const button = panel.querySelector("button[data-net='plain-34']");
button.click();
const visible = () => [...panel.querySelectorAll("path[aria-label^='plain-']")].filter((path) => getComputedStyle(path).display !== "none").length;
seen.pressed = button.getAttribute("aria-pressed");
seen.half = visible();
button.click();
seen.all = visible();
seen.overflow = document.documentElement.scrollWidth - document.documentElement.clientWidth;
seen.resources = performance.getEntriesByType("resource").map(({ name }) => name);
`;

describe.skipIf(!chromium)("the page in Chromium", () => {
  async function read(width: number) {
    const study = describeStudy("plain-vs-res", fourNets());
    const drawings = [];
    for (const figure of study.figures) drawings.push(await drawFigure(figure));
    return seenInChromium(renderPage(study, drawings), reader, temporaryDirectory(), width);
  }

  it("shows values at the pointer and the arrow keys, and hides a line by its legend entry", {
    timeout: 60_000,
  }, async () => {
    expect(await read(1200)).toEqual({
      pointer: [
        "iterations 600",
        "plain-18 train  30.00 %  (paper 31.20 %)",
        "plain-18 test  40.00 %  (paper 31.40 %)",
        "plain-34 train  42.30 %  (paper 32.40 %)",
        "plain-34 test  50.00 %  (paper 32.40 %)",
      ].join("\n"),
      left: "",
      home: expect.stringMatching(/^iterations 300\nplain-18 train {2}90\.00 %/),
      right: expect.stringMatching(/^iterations 600\n/),
      escape: "",
      pressed: "false",
      // Each net has two curves of ours, two of the paper's and, tested once only, a point.
      half: 5,
      all: 10,
      overflow: 0,
      resources: [],
    });
  });

  it("does not scroll sideways on a phone", { timeout: 60_000 }, async () => {
    expect(await read(390)).toMatchObject({ overflow: 0, all: 10 });
  });
});
