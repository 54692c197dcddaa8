// Whether the tensorflow engine is installed. If not, its tests are skipped, and say so. If it is
// installed but does not load, its tests fail.
import { openTensorflow } from "../../../src/engines/tensorflow/engine.ts";

const opened = openTensorflow({ threads: 2 });

export const installed = !("unavailable" in opened && opened.unavailable.startsWith("TensorFlow is not installed"));

if (!installed) console.warn("Skipped, as the tensorflow engine is not here: resnet-exp engine install tensorflow");
