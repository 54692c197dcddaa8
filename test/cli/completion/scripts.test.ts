// The completion scripts in the shells of this machine: what a shell offers for the beginning of a line.
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { scripts } from "../../../src/cli/completion/scripts.ts";
import { temporaryDirectory } from "../../helpers/program.ts";

const program = new URL("../../../bin/resnet-exp.cjs", import.meta.url).pathname;

/** A directory with files, and an environment in which `resnet-exp` starts this program. */
function workplace() {
  const cwd = temporaryDirectory();
  const bin = join(cwd, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "resnet-exp"), `#!/bin/sh\nexec ${process.execPath} ${program} "$@"\n`);
  chmodSync(join(bin, "resnet-exp"), 0o755);
  writeFileSync(join(cwd, "study.yaml"), "");
  return { cwd, env: { ...process.env, PATH: `${bin}:${process.env["PATH"]}` } };
}

function lacks(shell: string): boolean {
  return spawnSync(shell, ["--version"]).status !== 0;
}

describe("completion", () => {
  test.skipIf(lacks("bash"))("of bash offers what the program says, and files where it says so", () => {
    const { cwd, env } = workplace();
    const offer = (...words: string[]) => {
      const list = words.map((word) => `'${word}'`).join(" ");
      const line = `${scripts.bash}
compopt() { echo "compopt $*"; }
COMP_WORDS=(resnet-exp ${list}); COMP_CWORD=${words.length}
_resnet_exp; printf '%s\\n' "\${COMPREPLY[@]}"`;
      return execFileSync("bash", ["--norc", "-c", line], { cwd, env, encoding: "utf8" }).trim().split("\n");
    };
    expect(offer("wei")).toEqual(["compopt +o default", "weights"]);
    expect(offer("evaluate", "x", "--stat")).toEqual(["compopt +o default", "--statistics", "--statistics-batches"]);
    expect(offer("run", "")).toEqual(["compopt +o default", "compopt -o default"]);
  });

  test.skipIf(lacks("fish"))("of fish offers what the program says, with what it does, and files", () => {
    const { cwd, env } = workplace();
    const offer = (line: string) =>
      execFileSync("fish", ["--no-config", "-c", `${scripts.fish}\ncomplete -C '${line}'`], {
        cwd,
        env,
        encoding: "utf8",
      })
        .trim()
        .split("\n");
    expect(offer("resnet-exp wei")).toEqual(["weights\tWrite a run's weights for other programs"]);
    expect(offer("resnet-exp run stu")).toEqual(["study.yaml"]);
  });

  test.skipIf(lacks("zsh"))("of zsh is a script that zsh reads", () => {
    execFileSync("zsh", ["-f", "-c", `autoload -Uz compinit; compinit -D\n${scripts.zsh}\nwhence -w _resnet_exp`]);
  });
});
