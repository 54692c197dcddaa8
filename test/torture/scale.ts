// How much torture: TORTURE=0.1 asks for a tenth of the cases.

/** So many cases as the whole torture has, times TORTURE; at least one. */
export function scaled(cases: number): number {
  return Math.max(1, Math.round(cases * Number(process.env.TORTURE ?? 1)));
}
