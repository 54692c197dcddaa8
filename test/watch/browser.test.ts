// An open page that follows its experiment, in a real browser. The page itself acts as the reader: it opens a paragraph,
// hides a line, requests /ready/ once it is shown, and reports its state through the next page that it requests.
import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { WatchServer } from "../../src/watch/server.ts";
import { chromium } from "../helpers/chromium.ts";
import { temporaryDirectory } from "../records/sample-run.ts";

const page = (version: number) =>
  `<html><head><title>${version}</title></head><body>
<p id="version">${version}</p><details><summary>more</summary></details>
<figure id="figure-4"><ul aria-label="Lines"><li><button aria-pressed="true">plain-18</button></li></ul></figure>
<script>
  const button = document.querySelector("button");
  button.addEventListener("click", () => button.setAttribute("aria-pressed", "false"));
  window.times = (window.times ?? 0) + 1;
  if (window.times === 1) {
    document.querySelector("details").open = true;
    button.click();
    document.addEventListener("resnet-exp:refreshed", () => {
      const kept = document.querySelector("details").open && document.querySelector("button").getAttribute("aria-pressed") === "false";
      const text = document.querySelector("#version").textContent;
      fetch(text === "2" && document.title === "2" && kept && window.times === 2 ? "/followed/" : "/lost/");
    });
    new EventSource("/events").addEventListener("open", () => fetch("/ready/"));
  }
</script></body></html>`.replaceAll("const button", "var button");

describe.skipIf(!chromium)("an open page in Chromium", () => {
  const profile = temporaryDirectory();
  let browser: ChildProcess | undefined;
  let server: WatchServer | undefined;
  afterEach(async () => {
    if (browser?.pid) await endGroup(browser.pid);
    await server?.close();
  });

  it("shows what has changed and keeps the reader's settings", { timeout: 60_000 }, async () => {
    let version = 1;
    const outcome = new Promise<string>((resolve) => {
      const source = {
        experiments: () => ["study", "ready", "followed", "lost"],
        index: async () => ({ html: page(version), files: new Map() }),
        page: async (name: string) => {
          if (name === "ready") {
            version = 2;
            server?.check();
          } else if (name !== "study") resolve(name);
          return { html: page(version), files: new Map() };
        },
        signature: (name: string) => (name === "study" ? String(version) : ""),
        problem: (error: unknown) => resolve(String(error)),
      };
      void WatchServer.open(source, 0).then((opened) => {
        server = opened;
        const flags = ["--headless=new", "--no-sandbox", "--disable-gpu", `--user-data-dir=${profile}`];
        browser = spawn(chromium ?? "", [...flags, `${opened.url}study/report.html`], {
          stdio: "ignore",
          detached: true,
        });
      });
    });
    expect(await outcome).toBe("followed");
  });
});

/** Kills a process with its children, which else would go on writing into the browser's profile, and waits for their end. */
async function endGroup(group: number): Promise<void> {
  for (;;) {
    try {
      process.kill(-group, "SIGKILL");
    } catch {
      return;
    }
    await setTimeout(10);
  }
}
