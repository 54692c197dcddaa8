// The number of torture cases: TORTURE=0.1 asks for a tenth.

/** The number of cases times TORTURE; at least one. */
export function scaled(cases: number): number {
  return Math.max(1, Math.round(cases * Number(process.env.TORTURE ?? 1)));
}
