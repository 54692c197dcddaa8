// Formats seconds, bytes and fractions for people.

/** "12.5 s", "3 min 20 s" or "2 h 5 min". */
export function duration(seconds: number): string {
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const parts =
    hours > 0
      ? [[hours, "h"] as const, [minutes, "min"] as const]
      : [[minutes, "min"] as const, [whole % 60, "s"] as const];
  return parts
    .filter(([count]) => count > 0)
    .map((part) => part.join(" "))
    .join(" ");
}

/** "320 kB", "1.5 MB" or "12.3 GB"; 1 kB is 1000 bytes. */
export function bytes(count: number): string {
  const [unit, size] = count < 999.5e3 ? ["kB", 1e3] : count < 999.5e6 ? ["MB", 1e6] : ["GB", 1e9];
  return `${Number((count / Number(size)).toPrecision(3))} ${unit}`;
}

/** 1234567 as "1,234,567". */
export function grouped(count: number): string {
  return count.toLocaleString("en-US");
}

/** 0.1234 as "12.34"; a dash for undefined and NaN. */
export function percent(fraction: number | undefined): string {
  return fraction !== undefined && Number.isFinite(fraction) ? (100 * fraction).toFixed(2) : "–";
}

/** 0.123 as "+12%". */
export function signedPercent(fraction: number): string {
  const percent = Math.round(100 * fraction);
  return `${percent < 0 ? "−" : "+"}${Math.abs(percent)}%`;
}

/** Parses "2h", "90m", "1h30m" or "45s" into seconds; undefined for any other text. */
export function parseDuration(text: string): number | undefined {
  const [, hours, minutes, seconds] =
    /^(?=\d)(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s)?$/.exec(text) ?? [];
  if (hours === undefined && minutes === undefined && seconds === undefined) return undefined;
  return 3600 * Number(hours ?? 0) + 60 * Number(minutes ?? 0) + Number(seconds ?? 0);
}
