// Our lines in Table 5: the ensembles that were tested, and below them their nets alone.
import type { PaperRow } from "../../paper/tables.ts";
import { protocolKey } from "../../records/evaluations.ts";
import { isOf } from "../analysis/deviations.ts";
import { type Ensemble, ensemblesOf } from "../analysis/ensembles.ts";
import { worstGrade } from "../analysis/grade.ts";
import { isTestedAs } from "../analysis/measurement.ts";
import type { Setup } from "../analysis/setups.ts";
import type { Statistic } from "../analysis/statistics.ts";
import { otherImages } from "../analysis/verdict.ts";
import { protocolWords } from "../protocol-words.ts";
import type { TableEntry, TableLine } from "./paper-table-lines.ts";

/**
 * The ensembles that were tested by the paper's protocol; where there are none, all. The nets follow, protocol by protocol.
 * @param paper the row of the paper's own ensemble
 */
export function ensembleLines(setup: Setup, paper: PaperRow): TableLine[] {
  const all = ensemblesOf(setup.runs).filter(({ top5 }) => top5 !== undefined);
  const own = all.filter(({ protocol }) => isTestedAsPaper(paper, protocol, setup));
  const chosen = own.length > 0 ? own : all;
  // The note below the table names the protocol; lines do where there are several.
  const several = new Set(chosen.map(protocolKey)).size > 1;
  const cropped = setup.rows[0]?.cropped ?? false;
  return chosen.flatMap((ensemble, i) => {
    const next = chosen[i + 1];
    const isLast = !next || protocolKey(next) !== protocolKey(ensemble);
    const suffix = several ? `; ${protocolWords(ensemble.protocol, cropped)}` : "";
    const named = ({ name, entry }: OwnEntry): TableLine => ({
      name: `${name}${suffix}`,
      published: false,
      entries: [entry],
    });
    return [ensembleEntry(ensemble, setup, paper), ...(isLast ? memberEntries(ensemble, chosen, setup) : [])].map(
      named,
    );
  });
}

interface OwnEntry {
  readonly name: string;
  readonly entry: TableEntry;
}

/** Whether some ensemble was tested by the paper's protocol. */
export function hasPaperEnsemble(setup: Setup, paper: PaperRow): boolean {
  return ensemblesOf(setup.runs).some(({ protocol }) => isTestedAsPaper(paper, protocol, setup));
}

function isTestedAsPaper(paper: PaperRow, protocol: Ensemble["protocol"], { rows }: Setup): boolean {
  return paper.looks !== undefined && isTestedAs(paper.looks, protocol, rows[0]?.cropped);
}

function ensembleEntry(ensemble: Ensemble, setup: Setup, paper: PaperRow): OwnEntry {
  const { nets, members, names, protocol } = ensemble;
  const top5 = ensemble.top5 as Statistic;
  const name = `ensemble of ${nets}: ${names}`;
  const rows = setup.rows.filter(({ label }) =>
    setup.runs.some(({ run }) => members.includes(run.id) && run.spec.label === label),
  );
  const dataset = rows[0]?.dataset ?? "";
  const reason = isOf(paper.dataset, dataset)
    ? "we tested on validation images, the paper on test images"
    : otherImages(dataset, paper.dataset);
  const entry: TableEntry = {
    metric: "top5",
    ours: {
      label: name,
      grade: worstGrade(rows.map(({ grade }) => grade)),
      deviations: [...new Map(rows.flatMap(({ deviations }) => deviations.map((each) => [each.text, each]))).values()],
    },
    measured: { error: top5, looks: protocol, protocol },
    judgement: { verdict: "not comparable", reason },
  };
  return { name, entry };
}

// The nets of all ensembles of a protocol, each tested alone by it.
function memberEntries({ protocol, images }: Ensemble, chosen: readonly Ensemble[], setup: Setup): OwnEntry[] {
  const key = protocolKey({ protocol, images });
  const ids = new Set(chosen.filter((each) => protocolKey(each) === key).flatMap(({ members }) => members));
  const labels = new Set(setup.runs.filter(({ run }) => ids.has(run.id)).map(({ run }) => run.spec.label));
  return setup.rows.flatMap((row) => {
    const test = labels.has(row.label) ? row.evaluated?.find((each) => protocolKey(each) === key) : undefined;
    if (!test?.top5) return [];
    const entry: TableEntry = {
      metric: "top5",
      ours: row,
      measured: { error: test.top5, looks: protocol, protocol },
    };
    return [{ name: row.label, entry }];
  });
}
