// The browser that tests of pages use.
import { execFileSync } from "node:child_process";

/** The command that starts Chromium; undefined where it is not installed. */
export const chromium = ["chromium", "chromium-browser", "google-chrome"].find((name) => {
  try {
    execFileSync("which", [name], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
});
