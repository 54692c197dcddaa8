// The syntax of `completion`, and of `complete`, which its scripts call.
import { define } from "./definition.ts";

export const shells = ["bash", "zsh", "fish"] as const;

export const completion = define({
  group: "Tools",
  summary: "Print a script for shell completion of commands, options, runs and experiments",
  argument: "<shell>",
  argumentText: "bash, zsh or fish",
  argumentCompletes: shells,
  options: {},
  examples: [
    { command: "completion bash >> ~/.bashrc", does: "set up bash" },
    { command: "completion zsh >> ~/.zshrc", does: "set up zsh, after compinit" },
    { command: "completion fish > ~/.config/fish/completions/resnet-exp.fish", does: "set up fish" },
  ],
});

export const complete = define({
  group: "Tools",
  summary: "List completions of the last word",
  argument: "[word...]",
  argumentText: "the words after resnet-exp; the last may be partial or empty",
  options: {},
  examples: [],
  hidden: true,
});
