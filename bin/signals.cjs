// What signals ask for: a checkpoint and an end. The first module of a process that trains, so that the handlers are there
// before anything that takes time to load: until then HUP, USR2 and TERM kill, and USR1 opens Node.js's debugger.
const { readFileSync, readlinkSync } = require("node:fs");

/** Milliseconds within which two of them are one Ctrl-C, which npx passes on to a process that the terminal told already. */
const sameInterrupt = 300;

/** Asked at the start, as the parent may end before this process. */
const startedByNohup = /(^|\/)nohup$/.test(process.env._ ?? "") || parentIgnoresHup();

/** Aborted with the name of the first signal. */
const stop = new AbortController();
let interruptedAt;

for (const name of ["SIGHUP", "SIGINT", "SIGTERM", "SIGUSR1", "SIGUSR2"]) {
  process.on(name, () => {
    if (name === "SIGHUP" && isUnderNohup()) return;
    if (name === "SIGINT") {
      // The second Ctrl-C means it: the last checkpoint is what remains. Batch systems send TERM twice and mean it once.
      if (performance.now() - interruptedAt > sameInterrupt) process.exit(130);
      interruptedAt ??= performance.now();
    }
    stop.abort(name);
  });
}

// Node.js takes back that nohup ignores HUP. What remains of nohup: a standard input that is /dev/null opened for writing
// only, where it was started on a terminal; its name in the variable `_`, where bash started it; and a parent that ignores
// HUP, where it was started on a script.
function isUnderNohup() {
  return startedByNohup || hasInputOfNohup();
}

function hasInputOfNohup() {
  try {
    const flags = /^flags:\s*(\d+)/m.exec(readFileSync("/proc/self/fdinfo/0", "utf8"))?.[1];
    return readlinkSync("/proc/self/fd/0") === "/dev/null" && (Number.parseInt(flags, 8) & 3) === 1;
  } catch {
    return false;
  }
}

function parentIgnoresHup() {
  try {
    const ignored = /^SigIgn:\s*([0-9a-f]+)/m.exec(readFileSync(`/proc/${process.ppid}/status`, "utf8"))?.[1];
    return (Number.parseInt(ignored.slice(-1), 16) & 1) === 1;
  } catch {
    return false;
  }
}

exports.stopSignal = stop.signal;
