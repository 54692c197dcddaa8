// The syntax of `engine install` and `engine remove`.
import { define } from "./definition.ts";
import { flag, word } from "./option.ts";
import { json } from "./shared.ts";

const group = "Tools";
const argument = "<name>";
const only = { argumentText: "tensorflow", argumentCompletes: ["tensorflow"] };

export const engineInstall = define({
  group,
  summary: "Install TensorFlow from its Python wheel for the tensorflow engine; the same command resumes",
  argument,
  ...only,
  options: {
    from: word("<path>", "take the wheel from this file or directory instead of downloading it", "file"),
    cuda: flag("with CUDA, for NVIDIA's GPUs (some GB)"),
    version: word("<version>", "version of TensorFlow"),
    ...json,
  },
  examples: [
    { command: "engine install tensorflow", does: "install TensorFlow for the CPU" },
    { command: "engine install tensorflow --cuda", does: "install it for NVIDIA's GPUs" },
  ],
});

export const engineRemove = define({
  group,
  summary: "Delete an engine that `engine install` installed",
  argument,
  ...only,
  options: json,
  examples: [
    { command: "engine remove tensorflow", does: "delete TensorFlow" },
    { command: "engine remove tensorflow --json", does: "the same, and print what was deleted as JSON" },
  ],
});
