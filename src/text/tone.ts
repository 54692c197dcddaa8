// The tone of a state, a verdict or a grade, for formats that have colours. The word says it all without them.

export type Tone = "good" | "bad" | "wait" | "soft";

/** Puts a text into the colour of its tone. */
export type Paint = (text: string, tone: Tone) => string;

const tones: Readonly<Record<Tone, readonly string[]>> = {
  good: ["done", "reproduced", "better", "paper-exact", "supported"],
  bad: ["failed", "worse", "will not start", "contradicted", "not so at this scale"],
  wait: [
    "running",
    "interrupted",
    "queued",
    "requeued",
    "starting",
    "not enough runs",
    "schedule-scaled",
    "data-scaled",
    "undecided",
  ],
  soft: ["not comparable", "no band", "other-net", "toy", "not tested"],
};

/** By the words that a text begins with: "running on node7 (12)" is "wait". */
export function toneOf(text: string): Tone | undefined {
  const found = Object.entries(tones).find(([, words]) => words.some((word) => `${text} `.startsWith(`${word} `)));
  return found?.[0] as Tone | undefined;
}
