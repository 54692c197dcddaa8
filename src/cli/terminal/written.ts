// What was written, in few lines: a file by its path, the files of a folder by their number.
import { dirname } from "node:path";

/** One line for each file that stands alone in its folder among these, one for each folder with several. */
export function writtenLines(paths: readonly string[]): string {
  const folders = [...new Set(paths.map((path) => dirname(path)))];
  const lines = folders.map((folder) => {
    const files = paths.filter((path) => dirname(path) === folder);
    return files.length === 1 ? `${files[0]}\n` : `${folder}/ (${files.length} files)\n`;
  });
  return lines.join("");
}
