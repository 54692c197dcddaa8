// Whether the terminal speaks UTF-8, by the rule of POSIX: the first of LC_ALL, LC_CTYPE and LANG that is set says it.

/** False for the locale C, which is also that of an environment that names none, and on the bare Linux console. */
export function speaksUtf8(environment: Readonly<Record<string, string | undefined>>): boolean {
  const { LC_ALL, LC_CTYPE, LANG, TERM } = environment;
  return TERM !== "linux" && /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || "");
}
