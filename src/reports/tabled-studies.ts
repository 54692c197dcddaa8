// Studies of which only the tables are there, as their runs are kept elsewhere. The page over all studies names them too.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { directoriesIn } from "../records/directories.ts";

export interface TabledStudy {
  readonly experiment: string;
  /** The address of its tables, seen from the directory of results. */
  readonly address: string;
  readonly question?: string;
  /** The findings that its tables give, a line for each set-up. */
  readonly answers: readonly string[];
}

const summary = "tables/summary.md";

/** The studies under `results` with tables, sorted, except those with these names, whose runs are there. */
export function tabledStudies(results: string, withRuns: readonly string[]): TabledStudy[] {
  return directoriesIn(results)
    .names.filter((name) => !withRuns.includes(name))
    .flatMap((experiment) => {
      const text = textOf(join(results, experiment, summary));
      return text === undefined ? [] : [{ experiment, address: `${experiment}/${summary}`, ...headOf(text) }];
    });
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // A directory without tables is no study.
    return undefined;
  }
}

/** What an answer says after the finding: how errors compare with the paper's. */
const comparison = / (None of these errors can|Verdicts on \d).*$/;

/** The question and the answers, which open the document in this order, each a paragraph of one line. */
function headOf(text: string): Pick<TabledStudy, "question" | "answers"> {
  const paragraphs = text.split("\n\n").map((paragraph) => paragraph.trim());
  const question = paragraphs.slice(1, 2).find((paragraph) => /^[^*#|-]/.test(paragraph));
  const answers = paragraphs.flatMap(
    (paragraph) => /^\*\*(.+)\*\*$/.exec(paragraph)?.[1]?.replace(comparison, "") ?? [],
  );
  return { ...(question !== undefined && { question }), answers };
}
