// The format of a file that is not safetensors, from its first bytes: a PyTorch checkpoint, a web page, a Git LFS pointer …
// and what to do about it.
import { shellWord } from "../text/shell.ts";

/** A phrase that says what the file is, and hints for what to do. */
export interface OtherKind {
  readonly is: string;
  readonly hints: readonly string[];
}

/** The number of bytes to look at. */
export const tellingBytes = 512;

/** The kind of a file, from its first bytes; undefined if it may be safetensors. */
export function otherKind(head: Buffer, path: string): OtherKind | undefined {
  // The length of a header and its first brace. The length may look like the first bytes of any other format.
  if (head.length > 8 && head.readUInt32LE(4) === 0 && head[8] === "{".charCodeAt(0)) return undefined;
  const text = head.toString("latin1");
  const packed = text.startsWith("PK\x03\x04") && head.length > 30;
  // The length and the name of the first file in it.
  if (packed && text.slice(30, 30 + head.readUInt16LE(26)).endsWith(".npy"))
    return { is: "a zip archive of NumPy arrays", hints: [] };
  if (text.startsWith("PK\x03\x04")) return pytorch("a zip archive such as torch.save writes", path);
  if (head[0] === 0x80 && head[1]! >= 2 && head[1]! <= 5)
    return pytorch("a Python pickle such as torch.save once wrote", path);
  if (/^\s*<(!doctype|html|\?xml|head|body)/i.test(text)) {
    return {
      is: "a web page",
      hints: ["The server sent a login page or an error page instead of the file. Download it again."],
    };
  }
  if (text.startsWith("version https://git-lfs.github.com/spec/")) {
    return {
      is: "a Git LFS pointer",
      hints: [`Fetch its content inside its repository: git lfs pull --include ${shellWord(fileName(path))}`],
    };
  }
  if (text.startsWith("{")) return index(path);
  // The format's version and the name of the program that wrote it, fields 1 and 2 of a protocol buffer.
  if (head[0] === 0x08 && head[2] === 0x12) return { is: "an ONNX file", hints: [] };
  const others: readonly (readonly [start: string, is: string])[] = [
    ["\x89HDF", "an HDF5 file such as Keras writes"],
    ["GGUF", "a GGUF file"],
    ["\x1f\x8b", "a gzip archive; unpack it first"],
  ];
  const found = others.find(([start]) => text.startsWith(start));
  if (found) return { is: found[1], hints: [] };
  if (text.slice(257, 262) === "ustar") return { is: "a tar archive; unpack it first", hints: [] };
  return undefined;
}

const statesKeys = '("state_dict", "model_state_dict", "model", "net", "weights")';

// The tensors may be under a key. save_file refuses tensors that share memory, so each is cloned.
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
      "If torch.load refuses it, it holds more than tensors. weights_only=False runs code from the file: use it only if you trust the source.",
    ],
  };
}

// The files that it names are in the same directory.
function index(path: string): OtherKind {
  const target = `${path.replace(/(\.safetensors)?(\.index)?\.json$/, "")}.safetensors`;
  const script = [
    "import sys, json, os",
    "from safetensors.torch import load_file, save_file",
    'names = set(json.load(open(sys.argv[1]))["weight_map"].values())',
    "w = {k: t for n in names for k, t in load_file(os.path.join(os.path.dirname(sys.argv[1]), n)).items()}",
    "save_file(w, sys.argv[2])",
  ].join("; ");
  return {
    is: "JSON text; the weights are in the files that it names",
    hints: [
      "If it is the index of several files, join them with the Python packages torch and safetensors:",
      `python3 -c '${script}' ${shellWord(path)} ${shellWord(target)}`,
    ],
  };
}

function fileName(path: string): string {
  return path.replace(/^.*\//, "");
}
