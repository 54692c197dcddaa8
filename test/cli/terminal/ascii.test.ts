import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { asciiJson, asciiText, asciiXml } from "../../../src/cli/terminal/ascii.ts";

const src = new URL("../../../src/", import.meta.url).pathname;

describe("text for a terminal without UTF-8", () => {
  it("has ASCII instead of our symbols", () => {
    expect(asciiText("8.71 ± 0.15 – 3×3 … 6n+2\n✗ native\n───")).toBe("8.71 +/- 0.15 - 3x3 ... 6n+2\nx native\n---");
    expect(asciiText("iter ███░░ 3/5")).toBe("iter ###-- 3/5");
  });

  it("keeps the columns of a table aligned if a symbol becomes longer", () => {
    const table = ["net         test error  runs", "plain   8.71 ± 0.15     3   ", "ResNet        9.00     10"];
    expect(asciiText(table.join("\n")).split("\n")).toEqual([
      "net         test error  runs",
      "plain  8.71 +/- 0.15    3   ",
      "ResNet        9.00     10",
    ]);
  });

  it("keeps the names of the user's files", () => {
    expect(asciiText("Wrote résultats/日本.csv")).toBe("Wrote résultats/日本.csv");
  });

  it("knows every symbol in the program's own texts", () => {
    const printed = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
    const unknown = printed.flatMap((file) => {
      const code = readFileSync(join(src, file), "utf8").replace(/^\s*(\/\/|\/?\*).*$|\s\/\/ .*$/gm, "");
      return [...asciiText(code)]
        .filter((character) => character > "\u007f")
        .map((character) => `${character} ${file}`);
    });
    expect([...new Set(unknown)]).toEqual([]);
  });

  it("does not change JSON and SVG", () => {
    const value = { label: "3×3 – 日本", emoji: "🙂" };
    expect(asciiJson(JSON.stringify(value))).toBe(
      '{"label":"3\\u00d73 \\u2013 \\u65e5\\u672c","emoji":"\\ud83d\\ude42"}',
    );
    expect(JSON.parse(asciiJson(JSON.stringify(value)))).toEqual(value);
    expect(asciiXml("<svg>3×3 🙂</svg>")).toBe("<svg>3&#215;3 &#128578;</svg>");
  });
});
