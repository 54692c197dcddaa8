import { describe, expect, it } from "vitest";
import {
  architectureCsv,
  architectureMarkdown,
  architectureTable,
} from "../../../src/reports/tables/architecture-table.ts";

describe("Table 1", () => {
  const lines = architectureMarkdown("study", architectureTable()).split("\n");

  it("has the paper's layers, sizes and blocks", () => {
    expect(lines[2]).toBe("| layer name | output size | 18-layer | 34-layer | 50-layer | 101-layer | 152-layer |");
    expect(lines[4]).toMatch(/^\| conv1 \| 112×112 \| 7×7, 64, stride 2 \|/);
    expect(lines[5]).toMatch(
      /^\| conv2_x \| 56×56 \| 3×3 max pool, stride 2; \[3×3, 64; 3×3, 64\] × 2 \| .*; \[1×1, 64; 3×3, 64; 1×1, 256\] × 3 \|$/,
    );
    expect(lines[7]).toBe(
      "| conv4_x | 14×14 | [3×3, 256; 3×3, 256] × 2 | [3×3, 256; 3×3, 256] × 6 | [1×1, 256; 3×3, 256; 1×1, 1024] × 6 | [1×1, 256; 3×3, 256; 1×1, 1024] × 23 | [1×1, 256; 3×3, 256; 1×1, 1024] × 36 |",
    );
    expect(lines[9]).toMatch(/^\| {2}\| 1×1 \| average pool, 1000-d fc, softmax \|/);
  });

  it("has the paper's multiply-adds next to ours, and our parameters", () => {
    expect(lines[10]).toBe("| FLOPs, paper |  | 1.8e9 | 3.6e9 | 3.8e9 | 7.6e9 | 11.3e9 |");
    expect(lines[11]).toBe("| FLOPs, ours |  | 1.795e9 | 3.644e9 | 3.858e9 | 7.570e9 | 11.282e9 |");
    expect(lines[12]).toBe("| verdict |  | reproduced | reproduced | reproduced | reproduced | reproduced |");
    expect(lines[13]).toBe("| parameters, ours |  | 11,515,688 | 21,623,848 | 25,557,032 | 44,549,160 | 60,192,808 |");
  });

  it("is also a CSV", () => {
    expect(architectureCsv(architectureTable()).split("\n")[0]).toBe(
      "layer name,output size,18-layer,34-layer,50-layer,101-layer,152-layer",
    );
  });
});
