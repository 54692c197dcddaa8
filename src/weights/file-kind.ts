// What a file that should be safetensors is instead, told by its first bytes: a checkpoint of PyTorch, a web page, a pointer
// of Git LFS … With what to do about it.
import { shellWord } from "../text/shell.ts";

/** A phrase for what the file is, and the ways out. */
export interface OtherKind {
  readonly is: string;
  readonly hints: readonly string[];
}

/** How many of the first bytes tell. */
export const tellingBytes = 512;

/** The kind of a file by its first bytes; undefined where it may be safetensors. */
export function otherKind(head: Buffer, path: string): OtherKind | undefined {
  // The length of a header and its first brace; a length may look like the first bytes of any other format.
  if (head.length > 8 && head.readUInt32LE(4) === 0 && head[8] === "{".charCodeAt(0)) return undefined;
  const text = head.toString("latin1");
  if (text.startsWith("PK\x03\x04")) return pytorch("a zip archive, as torch.save writes", path);
  if (head[0] === 0x80 && head[1]! >= 2 && head[1]! <= 5)
    return pytorch("a pickle of Python, as torch.save once wrote", path);
  if (/^\s*<(!doctype|html|\?xml|head|body)/i.test(text)) {
    return {
      is: "a web page",
      hints: ["A page to log in, or of an error, was saved in its place: download it again."],
    };
  }
  if (text.startsWith("version https://git-lfs.github.com/spec/")) {
    return {
      is: "a pointer of Git LFS",
      hints: [
        `Its content is fetched in the repository that it is of: git lfs pull --include ${shellWord(fileName(path))}`,
      ],
    };
  }
  const others: readonly (readonly [start: string, is: string])[] = [
    ["\x89HDF", "an HDF5 file, as Keras writes"],
    ["GGUF", "a GGUF file"],
    ["\x1f\x8b", "a gzip archive; unpack it first"],
    ["{", "JSON text; the weights are in the files that it names"],
  ];
  const found = others.find(([start]) => text.startsWith(start));
  if (found) return { is: found[1], hints: [] };
  if (text.slice(257, 262) === "ustar") return { is: "a tar archive; unpack it first", hints: [] };
  return undefined;
}

const statesKeys = '("state_dict", "model_state_dict", "model", "net", "weights")';

// The state of a net may lie under a key; names that end up on the same memory are refused by save_file, so each is cloned.
function pytorch(is: string, path: string): OtherKind {
  const target = path.replace(/(\.(pth|pt|ckpt|bin|tar))*$/, ".safetensors");
  const script = [
    "import sys, torch",
    "from safetensors.torch import save_file",
    'w = torch.load(sys.argv[1], map_location="cpu", weights_only=True)',
    `w = next((w[k] for k in ${statesKeys} if isinstance(w.get(k), dict)), w)`,
    "save_file({k: t.detach().clone().contiguous() for k, t in w.items() if torch.is_tensor(t)}, sys.argv[2])",
  ].join("; ");
  return {
    is,
    hints: [
      "To convert it, with the Python packages torch and safetensors:",
      `python3 -c '${script}' ${shellWord(path)} ${shellWord(target)}`,
      "Where torch.load refuses it, it holds more than tensors: weights_only=False runs what is in it, so only of a source you trust.",
    ],
  };
}

function fileName(path: string): string {
  return path.replace(/^.*\//, "");
}
