// The names of a file's profiles, without checking what is in them: for completion and for `clean`.
import { readExperimentFile } from "./experiment-file.ts";
import { valueAt } from "./located.ts";
import { filePlacer, parseYaml } from "./yaml.ts";

/** In the order of the file; none where it has no profiles or is not YAML. @throws UserError where it cannot be read */
export function profileNames(file: string): string[] {
  const { root } = parseYaml(readExperimentFile(file).text, filePlacer);
  const profiles = root && valueAt(root, ["profiles"]);
  return profiles?.kind === "mapping" ? [...profiles.entries.keys()] : [];
}
