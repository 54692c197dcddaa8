// Whether the tensorflow engine is on this machine. Its tests are skipped where it is not, and say so; where it is
// installed but does not load, they fail.
import { openTensorflow } from "../../../src/engines/tensorflow/engine.ts";

const opened = openTensorflow({ threads: 2 });

export const installed = !("unavailable" in opened && opened.unavailable.startsWith("TensorFlow is not installed"));

if (!installed) console.warn("Skipped, as the tensorflow engine is not here: resnet-exp engine install tensorflow");
