// Makes docs/commands.md, the reference of commands in Markdown, from their definitions.
import { type CommandName, commands, families } from "../../src/cli/syntax/commands.ts";
import { type AnyDefinition, groups } from "../../src/cli/syntax/definition.ts";
import { flagOf, type Option } from "../../src/cli/syntax/option.ts";

export function commandReference(): string {
  const sections = groups.flatMap((group) => [
    `## ${group}\n`,
    ...inGroup(group).map(([name, each]) => section(name, each)),
  ]);
  const head = [
    "# Commands\n",
    "`npm run docs` writes this page from the definitions in `src/cli/syntax/`. Each command has the same as `--help`.",
    "Results go to standard output, progress goes to standard error. Exit codes: 0 all done, 1 an error of the program,",
    "2 something that you can mend, 3 some runs failed, 4 a check failed, 128 and its number on a signal.\n",
  ];
  return `${[...head, ...sections].join("\n")}`;
}

function inGroup(group: string): [CommandName, AnyDefinition][] {
  const entries = Object.entries(commands) as [CommandName, AnyDefinition][];
  return entries.filter(([, definition]) => definition.group === group && !definition.hidden);
}

function section(
  name: CommandName,
  { summary, argument, argumentText, thenFiles, options, examples }: AnyDefinition,
): string {
  const usage = ["resnet-exp", name, ...(Object.keys(options).length > 0 ? ["[options]"] : []), argument]
    .join(" ")
    .trim();
  const family = families[name.split(" ")[0] as keyof typeof families];
  const parts = [
    `### ${name}\n`,
    `${summary}.${family === undefined ? "" : ` (\`${name.split(" ")[0]}\`: ${family}.)`}\n`,
    `    ${usage}\n`,
    ...(argument === "" ? [] : [`\`${argument}\`: ${argumentText}${thenFiles ? `; then ${thenFiles}` : ""}.\n`]),
    ...(Object.keys(options).length === 0 ? [] : [table(options)]),
    `\`\`\`bash\n${examples.map(({ command, does }) => `resnet-exp ${command}   # ${does}\n`).join("")}\`\`\`\n`,
  ];
  return parts.join("\n");
}

function table(options: Readonly<Record<string, Option<unknown>>>): string {
  const rows = Object.entries(options).map(([key, option]) => {
    const { value, text, choices, fallback, given } = option;
    const flag = value === undefined ? flagOf(key) : `${flagOf(key)} ${value}`;
    const facts = [
      ...(choices ? [`one of ${choices.map((choice) => `\`${choice}\``).join(", ")}`] : []),
      ...(fallback === undefined ? [] : [`default \`${Array.isArray(fallback) ? fallback.join(",") : fallback}\``]),
      ...(given && fallback === undefined ? ["required"] : []),
    ];
    return [`\`${flag}\``, [text, ...facts].join("; ").replaceAll("|", "\\|")];
  });
  return [["option", "meaning"], ["---", "---"], ...rows].map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}
