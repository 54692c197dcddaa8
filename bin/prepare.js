// Builds dist/ in a checkout; `npm ci` runs this script. TypeScript is a development dependency. If npm left those out,
// for example because of NODE_ENV=production, the script keeps an existing dist/, or says what to type.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const command = "npm ci --include=dev";

if (existsSync(join(root, "node_modules/typescript/package.json"))) {
  const build = spawnSync("npm", ["run", "--silent", "build"], {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  process.exitCode = build.status ?? 1;
} else if (existsSync(join(root, "dist/cli/main.js"))) {
  console.log(`resnet-exp: npm left TypeScript out, so dist/ was not built again. To build it: \`${command}\`.`);
} else {
  console.error(`Expected TypeScript, which builds the program, but npm left development dependencies out.`);
  console.error(`  Run \`${command}\`. Afterwards, \`npm prune --omit=dev\` removes them again.`);
  process.exitCode = 1;
}
