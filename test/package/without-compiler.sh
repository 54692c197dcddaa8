#!/usr/bin/env bash
# The npm package on a machine without a compiler, installed without install scripts: it trains on the prebuilt native engine.
# With that binary removed it trains on the reference engine, says how long that takes, and stops on Ctrl-C.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  echo "FAILED: $1"
  cat "$work/log"
  exit 1
}

# Runs a command that finds Node.js, npm and a shell, and no other program.
mkdir "$work/bin" "$work/user"
for program in node npm sh; do ln -s "$(command -v $program)" "$work/bin/$program"; done
alone() {
  env PATH="$work/bin" "$@"
}

(cd "$root" && npm pack --silent --pack-destination "$work") >"$work/log" 2>&1 || fail "npm pack"
cd "$work/user"
echo '{}' >package.json
alone npm install --ignore-scripts --no-audit --no-fund "$work"/resnet-exp-*.tgz >"$work/log" 2>&1 || fail "npm install"
package=node_modules/resnet-exp
run=(node $package/bin/resnet-exp.cjs run $package/experiments/plain-vs-res.yaml)

alone "${run[@]}" --profile smoke --results native >"$work/log" 2>&1 || fail "the smoke profile"
grep -q "4 runs on native" "$work/log" || fail "the smoke profile runs on the prebuilt engine"

rm -r $package/prebuilt
# Node.js starts it, as a shell's background jobs ignore Ctrl-C.
interrupted='
  const { spawn } = require("node:child_process");
  const { existsSync, openSync } = require("node:fs");
  const [log, command, ...rest] = process.argv.slice(1);
  const output = openSync(log, "w");
  const child = spawn(command, rest, { stdio: ["ignore", output, output] });
  const waiting = setInterval(() => {
    if (!existsSync("cpu")) return;
    clearInterval(waiting);
    child.kill("SIGINT");
  }, 100);
  child.on("exit", (code) => {
    clearInterval(waiting);
    process.exitCode = code === 130 ? 0 : 1;
  });'
alone node -e "$interrupted" "$work/log" "${run[@]}" --results cpu || fail "Ctrl-C on the reference engine"
for words in "native: it is not compiled" "4 runs on cpu" "cpu is the slow reference engine: these 4 runs take about"; do
  grep -q "$words" "$work/log" || fail "the reference engine says \"$words\""
done
