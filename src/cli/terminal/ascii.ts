// Output for terminals without UTF-8: our own signs are replaced by ASCII characters. Names that the user gave, such as
// file names, are not changed: they must match the bytes in the file system.

const signs: Readonly<Record<string, string>> = {
  ...{ "–": "-", "—": "-", "−": "-", "‑": "-", "×": "x", "·": ".", "…": "...", "±": "+/-", "°": " deg" },
  ...{ "≤": "<=", "≥": ">=", "≠": "!=", "≈": "~", "→": "->", "←": "<-", "⌊": "[", "⌋": "]", "√": "sqrt", "∞": "inf" },
  ...{
    "✓": "ok",
    "✗": "x",
    "●": "o",
    "‘": "'",
    "’": "'",
    "“": '"',
    "”": '"',
    "²": "^2",
    "³": "^3",
    ₖ: "_k",
    "₀": "_0",
    "₁": "_1",
    "₂": "2",
  },
  ...{ α: "alpha", β: "beta", γ: "gamma", ε: "epsilon", λ: "lambda", μ: "mu", µ: "u", σ: "sigma", Σ: "sum", τ: "tau" },
  ...{ "─": "-", "│": "|", "┌": "+", "┐": "+", "└": "+", "┘": "+", "├": "+", "┤": "+", "┬": "+", "┴": "+", "┼": "+" },
  ...{ "█": "#", "░": "-", "▲": "^", "▼": "v", "\u0302": "^", "\u00a0": " " },
};
const sign = new RegExp(`[${Object.keys(signs).join("")}\\u2800-\\u28ff]`, "gu");

/** Spaces between two columns of a table. */
const gap = 2;

/** The text with our signs replaced. A longer replacement uses up spaces next to it, so that columns stay aligned. */
export function asciiText(text: string): string {
  return text.replace(/[^\n]+/g, asciiLine);
}

function asciiLine(line: string): string {
  let written = "";
  let owed = 0;
  for (const part of line.split(/( {3,})/)) {
    if (/^ {3,}$/.test(part)) {
      const paid = Math.min(owed, part.length - gap);
      owed -= paid;
      written += part.slice(paid);
      continue;
    }
    const plain = part.replace(sign, (each) => signs[each] ?? ".");
    owed += plain.length - part.length;
    // Right-aligned text has its spaces in front.
    const before = /( {3,})$/.exec(written)?.[1]?.length ?? 0;
    const paid = Math.min(owed, Math.max(0, before - gap));
    owed -= paid;
    written = written.slice(0, written.length - paid) + plain;
  }
  return written;
}

/** JSON with all other characters escaped, which changes no value. */
export function asciiJson(text: string): string {
  return text.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** XML with all other characters as references, which changes no picture. */
export function asciiXml(text: string): string {
  return text.replace(/[\u0080-\u{10ffff}]/gu, (character) => `&#${character.codePointAt(0)};`);
}
