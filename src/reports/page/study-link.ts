// How the page over all studies names where a number comes from: a link to the study, and the set-up in it.
import type { Setup } from "../analysis/setups.ts";
import { escapeHtml } from "./html.ts";

/** The address of a study's page, seen from the page over all studies. */
export function studyAddress(experiment: string): string {
  return `${encodeURIComponent(experiment)}/report.html`;
}

/** A link to the page of a study, as HTML. */
export function studyLink(experiment: string): string {
  return `<a href="${studyAddress(experiment)}">${escapeHtml(experiment)}</a>`;
}

/** What the name of a set-up says beside its images: what tells it from the others of its study. */
export function setupWords({ name, rows }: Setup): string {
  return name.replace(`${rows[0]?.dataset}, `, "");
}
