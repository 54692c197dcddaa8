// The claims of the papers on the page over all studies: how many hold at each scale, then each, then those not tested.
import { claimVerdicts } from "../../config/claim-names.ts";
import { usualScales } from "../analysis/scale.ts";
import type { ClaimResult } from "../claims/claim-result.ts";
import { measuredWords, verdictWords } from "../claims/claim-words.ts";
import { type GlanceClaims, glanceClaims, isFollowUp, verdictsAt } from "../tables/glance-claims.ts";
import type { SourceHtml } from "./claim-cell.ts";
import { claimHtml, claimTableHtml, paperHtml } from "./claim-table.ts";
import { escapeHtml, htmlList } from "./html.ts";
import { setupWords, studyLink } from "./study-link.ts";

/** Links to the studies of a result, seen from the page over all studies, and what its set-up is beside the images. */
export const linkedStudies: SourceHtml = ({ experiments, setup }) =>
  [...experiments.map(studyLink), ...(setup ? [escapeHtml(setupWords(setup))] : [])].join(", ");

/** The set-up of a result, as the page of its study names it. */
export const namedSetup: SourceHtml = ({ setup }) => escapeHtml(setup?.name ?? "");

/**
 * The section.
 * @param source where results come from
 * @param isOverall whether the results are those of all studies, so that it is worth saying what was not run
 */
export function claimsHtml(results: readonly ClaimResult[], source: SourceHtml, isOverall: boolean): string {
  if (results.length === 0) return "";
  const claims = glanceClaims(results);
  const scales = claims.scales.map(({ name }) => name);
  const { tested, single } = claims;
  const [own, others] = [false, true].map((isOther) => tested.filter(({ claim }) => isFollowUp(claim) === isOther));
  return [
    tallyHtml(claims, isOverall),
    own?.length ? claimTableHtml("Claims of the paper, tested with several runs of each net", own, scales, source) : "",
    others?.length
      ? claimTableHtml("Claims of follow-up papers, tested with several runs of each net", others, scales, source)
      : "",
    tested.length > 0 ? legend : "",
    single.length > 0
      ? folded(
          `${count(single.length, "claim is", "claims are")} undecided: n = 1`,
          `${htmlList(["One run of a net does not show how much runs scatter."])}\n${claimTableHtml("Claims tested with one run of some net", single, scales, source)}`,
        )
      : "",
    undecidedHtml(claims),
    computedHtml(claims),
    untestedHtml(claims),
  ]
    .filter((html) => html !== "")
    .join("\n");
}

const legend = htmlList([
  "Dot: our difference, the first net's mean minus the second's; errors in points. Line: its 95 % interval by Welch's t-test. Where a claim has several comparisons, all of them together are held to 5 % by Holm's method. Diamond: the paper's difference. Shaded: where the claim holds. Upright line: no difference.",
  "Supported: the interval lies wholly where the claim holds. Not so at this scale: wholly outside, with other nets, images or schedule than the paper's; with the paper's own it is called contradicted. Undecided: neither. `resnet-exp check` prints the same results.",
]);

/** A line for each scale: how many claims of the paper have which verdict; then the same of its follow-ups. */
function tallyHtml({ scales, tested, single }: GlanceClaims, isOverall: boolean): string {
  const rows = [...tested, ...single];
  const lines = [false, true].flatMap((isOther) =>
    scales.flatMap(({ name }) => {
      const verdicts = verdictsAt(
        name,
        rows.filter(({ claim }) => isFollowUp(claim) === isOther),
      );
      const parts = claimVerdicts.flatMap((verdict) => {
        const number = verdicts.get(verdict);
        return number ? [`<span class="mark ${verdict}">${number} ${verdictWords({ verdict })}</span>`] : [];
      });
      const title = `${escapeHtml(name)}${isOther ? ", follow-up papers" : ""}`;
      return parts.length > 0 ? [`<li><strong>${title}</strong>: ${parts.join(", ")}</li>`] : [];
    }),
  );
  if (lines.length === 0) return "";
  const others = usualScales.filter((usual) => !scales.some(({ name }) => name === usual));
  const rest =
    isOverall && others.length > 0 ? `\n<p class="notes">Not run: ${escapeHtml(others.join("; "))}.</p>` : "";
  return `<ul class="tally">\n${lines.join("\n")}\n</ul>${rest}`;
}

function computedHtml({ computed }: GlanceClaims): string {
  if (computed.length === 0) return "";
  const rows = computed.map((result) => {
    const { claim, comparisons, unit, verdict } = result;
    const values = [...new Set(comparisons.map((each) => measuredWords(each, unit)))].join(", ");
    return `<tr id="${claim.id}">${claimHtml(result)}<td>${paperHtml(result)}</td><td>${escapeHtml(values)}</td><td><span class="mark ${verdict}">${verdictWords(result)}</span></td></tr>`;
  });
  return folded(
    `${count(computed.length, "claim", "claims")} about the nets alone, computed`,
    `<table class="claims"><caption>Claims about the nets alone</caption>
<thead><tr><th scope="col">claim</th><th scope="col">the paper</th><th scope="col">ours</th><th scope="col">verdict</th></tr></thead>
<tbody>
${rows.join("\n")}
</tbody></table>`,
  );
}

function undecidedHtml({ undecided }: GlanceClaims): string {
  if (undecided.size === 0) return "";
  const lines = [...undecided].map(([command, claims]) => {
    const links = claims.map(({ id }) => `<a href="#${id}">${id}</a>`);
    return `<li><code>${escapeHtml(command)}</code>: ${links.join(", ")}</li>`;
  });
  return folded("More seeds that may decide what is undecided", `<ul>\n${lines.join("\n")}\n</ul>`);
}

function untestedHtml({ untested }: GlanceClaims): string {
  if (untested.size === 0) return "";
  const total = [...untested.values()].reduce((sum, claims) => sum + claims.length, 0);
  const groups = [...untested].map(([command, claims]) => {
    const sentences = claims.map(
      ({ id, sentence, place }) => `<li id="${id}">${escapeHtml(sentence)} <small>${escapeHtml(place)}</small></li>`,
    );
    return `<p><code>${escapeHtml(command)}</code></p>\n<ul>${sentences.join("")}</ul>`;
  });
  return folded(
    `${count(total, "claim is", "claims are")} not tested here, each with the command that tests it`,
    groups.join("\n"),
  );
}

function count(number: number, one: string, several: string): string {
  return `${number} ${number === 1 ? one : several}`;
}

function folded(summary: string, html: string): string {
  return `<details class="printed"><summary>${summary}</summary>\n${html}\n</details>`;
}
