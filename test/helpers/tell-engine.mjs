// Preloaded into a process (NODE_OPTIONS=--import), writes a file PID.json at its end that says what it was and whether it
// had TensorFlow.js or the native engine's library loaded.
import { writeFileSync } from "node:fs";
import { join } from "node:path";

process.on("exit", () => {
  const libraries = process.report.getReport().sharedObjects;
  const loaded = "_tfGlobals" in globalThis || libraries.some((path) => path.endsWith("native.node"));
  const program = process.argv[1]?.split("/").at(-1);
  writeFileSync(join(process.env.TELL_ENGINE, `${process.pid}.json`), JSON.stringify({ program, loaded }));
});
