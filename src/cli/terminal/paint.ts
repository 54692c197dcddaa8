// Colours of a terminal for states, verdicts and grades. A pipe, a file, NO_COLOR and a terminal without control codes get none.
import { styleText } from "node:util";
import type { Paint } from "../../text/tone.ts";

/** Whether a terminal of that name can move its cursor. A terminal without a name counts as one that cannot. */
export function hasControlCodes(terminal: string | undefined): boolean {
  return terminal !== undefined && terminal !== "" && terminal !== "dumb";
}

const styles = { good: "green", bad: "red", wait: "yellow", soft: "dim" } as const;

/** Paints with the sixteen colours that terminals have in their own theme. */
export const paint: Paint = (text, tone) => styleText(styles[tone], text, { validateStream: false });

/** Whether a stream shows colours, by https://no-color.org: NO_COLOR wins if it is there and not empty. */
export function hasColours(isTerminal: boolean, environment: Readonly<Record<string, string | undefined>>): boolean {
  return isTerminal && hasControlCodes(environment["TERM"]) && !environment["NO_COLOR"];
}
