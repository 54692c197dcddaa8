// Quotes paths in commands that a message tells the user to type.

/** A path as one word for a shell: unchanged where that is safe, else in single quotes. */
export function shellWord(path: string): string {
  return /^[\p{L}\p{N}@%+=:,./_-]+$/u.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
