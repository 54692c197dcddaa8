// Handles signals: they ask for a checkpoint and an end. A process that trains loads this module first, before anything
// that takes time. Without the handlers, HUP, USR2 and TERM kill the process, and USR1 opens Node.js's debugger.
const { readFileSync, readlinkSync } = require("node:fs");

/** Two interrupts within so many milliseconds are one Ctrl-C: npx passes it on to a process that already got it. */
const sameInterrupt = 300;

/** Found out at the start, because the parent may end before this process. */
const startedByNohup = /(^|\/)nohup$/.test(process.env._ ?? "") || parentIgnoresHup();

/** Aborted with the name of the first signal as the reason. */
const stop = new AbortController();
let interruptedAt;

for (const name of ["SIGHUP", "SIGINT", "SIGTERM", "SIGUSR1", "SIGUSR2"]) {
  process.on(name, () => {
    if (name === "SIGHUP" && isUnderNohup()) return;
    if (name === "SIGINT") {
      // The second Ctrl-C ends the process at once, with the last checkpoint. A second TERM does not, because batch systems
      // often send TERM twice.
      if (performance.now() - interruptedAt > sameInterrupt) process.exit(130);
      interruptedAt ??= performance.now();
    }
    stop.abort(name);
  });
}

// nohup ignores HUP, but Node.js undoes that. These signs of nohup remain: standard input is /dev/null, open for writing
// only, if it was started on a terminal; the variable `_` has its name, if bash started it; and the parent ignores HUP, if
// it was started on a script.
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
