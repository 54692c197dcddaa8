import { expect, it } from "vitest";
import { latexTable, latexText } from "../../src/text/latex.ts";

it("escapes everything that is special in LaTeX", () => {
  expect(latexText("a_b & 5% #1 $x$ {y} ~ ^ \\ <>|")).toBe(
    "a\\_b \\& 5\\% \\#1 \\$x\\$ \\{y\\} \\textasciitilde{} \\textasciicircum{} \\textbackslash{} \\textless{}\\textgreater{}\\textbar{}",
  );
  expect(latexText("−1.5 ± 0.2, 3×3, –")).toBe("$-$1.5 $\\pm$ 0.2, 3$\\times$3, --");
});

it("makes a table with the rules of booktabs, without empty columns", () => {
  const columns = [
    { title: "net", text: () => "plain_18" },
    { title: "none", text: () => "" },
    { title: "error %", align: "right", text: () => "25.00" },
  ] as const;
  expect(latexTable(columns, [{}])).toBe(`% \\usepackage{booktabs}
\\begin{tabular}{lr}
  \\toprule
  net & error \\% \\\\
  \\midrule
  plain\\_18 & 25.00 \\\\
  \\bottomrule
\\end{tabular}
`);
});
