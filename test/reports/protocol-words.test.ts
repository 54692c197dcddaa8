import { expect, test } from "vitest";
import { looksWords, protocolWords } from "../../src/reports/protocol-words.ts";
import { oneLook, tenCrops } from "./evaluated-records.ts";

test("looks at an image have names that describe them", () => {
  expect(looksWords(oneLook, false)).toBe("the whole image");
  expect(looksWords(oneLook, true)).toBe("one centre crop");
  expect(looksWords(tenCrops, true)).toBe("10 crops");
  expect(looksWords({ crops: 1, scales: [40] }, false)).toBe("scale 40");
  expect(looksWords({ crops: 1, scales: [224, 256] }, true)).toBe("scales 224, 256");
  expect(protocolWords({ ...tenCrops, statistics: "precise", statisticsBatches: 9 }, true)).toBe(
    "10 crops, precise statistics",
  );
});
