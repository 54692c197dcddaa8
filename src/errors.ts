// The error that a user can fix, and helpers for the wording of messages.
// A UserError is printed without a stack and ends the program with exit code 2. Any other error is a bug in this program.

/** Something the user can fix: wrong usage, a mistake in an experiment file, missing data or a missing engine. */
export class UserError extends Error {
  override readonly name = "UserError";
  /** What to do next. Each hint is printed on its own line below the message. */
  readonly hints: readonly string[];

  constructor(message: string, hints: readonly string[] = [], options?: ErrorOptions) {
    super(message, options);
    this.hints = hints;
  }
}

/** An error and its hints on one line, for messages about one run among others. */
export function inOneLine({ message, hints }: Pick<UserError, "message" | "hints">): string {
  return [message, ...hints].map((text) => (/[.:?!,]$/.test(text) ? text : `${text}.`)).join(" ");
}

/** The Node error code ("ENOENT" …) of an unknown thrown value, or undefined. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** Whether the error says that memory ran out: in JavaScript, in the native engine or in TensorFlow. */
export function isOutOfMemory(error: unknown): boolean {
  const words = /allocation failed|out of memory|OOM when allocating|Invalid (typed array|array buffer) length/i;
  return error instanceof Error && words.test(error.message);
}

/** The message of an unknown thrown value. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A file name that is safe in a message: control characters, which a terminal would obey, are escaped. */
export function printable(name: string): string {
  return name.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, (character) => {
    const code = character.codePointAt(0)!;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16)}`;
  });
}

/**
 * The candidate nearest to `word` by edit distance (insert, delete, replace, swap neighbours). Undefined if no candidate is
 * near enough for a typo: within a third of the word's length, at least 1 and at most 3 edits.
 */
export function nearestWord(word: string, candidates: Iterable<string>): string | undefined {
  const limit = Math.min(3, Math.max(1, Math.floor(word.length / 3)));
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, substitution);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, beforeLast[j - 2]! + 1);
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}
