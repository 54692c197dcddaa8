// Preloaded into a process (NODE_OPTIONS=--import), spoils one kernel: BREAK_KERNEL=BACKEND:KERNEL[:crash|:no-load|:no-memory].
// Its first output comes out 1% too large, or the process dies as by a bug in a native library, when the kernel runs or
// when the engine loads; or its first call finds no memory.
import "@tensorflow/tfjs-core";

const [backend, kernelName, way] = (process.env.BREAK_KERNEL ?? "").split(":");
const register = globalThis._tfGlobals.get("kernelRegistry");
const set = register.set.bind(register);

register.set = (key, kernel) => {
  if (key !== `${backend}_${kernelName}`) return set(key, kernel);
  if (way === "no-load") process.kill(process.pid, "SIGSEGV");
  let calls = 0;
  const kernelFunc = (call) => {
    if (way === "no-memory") {
      if (calls++ === 0) throw new RangeError("Out of memory.");
      return kernel.kernelFunc(call);
    }
    if (way === "crash") process.kill(process.pid, "SIGSEGV");
    const outputs = kernel.kernelFunc(call);
    const first = Array.isArray(outputs) ? outputs[0] : outputs;
    const { values } = call.backend.data.get(first.dataId);
    for (let i = 0; i < values.length; i++) values[i] *= 1.01;
    return outputs;
  };
  return set(key, { ...kernel, kernelFunc });
};
