// Builds dist/ in a checkout, which `npm ci` asks for. TypeScript is a development dependency: where npm left those out,
// as with NODE_ENV=production, says what to type, or keeps a dist/ that is there.
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
  console.log(`resnet-exp: dist/ stays as it is, as npm left TypeScript out. To build it anew: \`${command}\`.`);
} else {
  console.error(`Expected TypeScript, which builds the program, but npm left development dependencies out.`);
  console.error(`  Run \`${command}\`; afterwards \`npm prune --omit=dev\` takes them away again.`);
  process.exitCode = 1;
}
