// Preloaded into a process (NODE_OPTIONS=--import), sends it the signal SIGNAL_EARLY as soon as that has a handler.
const { on } = process;
process.on = function (name, ...rest) {
  on.call(this, name, ...rest);
  if (name === process.env.SIGNAL_EARLY) process.kill(process.pid, name);
  return this;
};
