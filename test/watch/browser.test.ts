// An open page that follows its experiment, in a real browser. The page itself acts as the reader: it opens a paragraph,
// hides a line, and reports its state through the next page that it requests: /second/, /third/, or /lost/ if its state is
// wrong.
import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { WatchServer } from "../../src/watch/server.ts";
import { chromium, headless } from "../helpers/chromium.ts";
import { temporaryDirectory } from "../records/sample-run.ts";

const page = (version: number) =>
  `<html><head><title>${version}</title></head><body>
<p id="version">${version}</p><details><summary>more</summary></details>
<figure id="figure-4"><ul aria-label="Lines"><li><button aria-pressed="true">plain-18</button></li></ul></figure>
<script>
  var button = document.querySelector("button");
  button.addEventListener("click", () => button.setAttribute("aria-pressed", "false"));
  window.times = (window.times ?? 0) + 1;
  if (window.times === 1) {
    document.querySelector("details").open = true;
    button.click();
    document.addEventListener("resnet-exp:refreshed", () => {
      const kept = document.querySelector("details").open && document.querySelector("button").getAttribute("aria-pressed") === "false";
      const text = document.querySelector("#version").textContent;
      const right = text === String(window.times) && document.title === text && kept;
      fetch(right ? { 2: "/second/", 3: "/third/" }[text] : "/lost/");
    });
  }
</script></body></html>`;

describe.skipIf(!chromium)("an open page in Chromium", () => {
  const profile = temporaryDirectory();
  let browser: ChildProcess | undefined;
  let server: WatchServer | undefined;
  afterEach(async () => {
    if (browser?.pid) await endGroup(browser.pid);
    await server?.close();
  });

  it("shows a change from before it listened and one from after, and keeps the reader's settings", {
    timeout: 60_000,
  }, async () => {
    let version = 1;
    let said = "";
    const requested: string[] = [];
    const outcome = new Promise<string>((resolve) => {
      const source = {
        experiments: () => ["study", "second", "third", "lost"],
        index: async () => ({ html: page(version), files: new Map() }),
        page: async (name: string) => {
          const html = page(version);
          requested.push(name);
          // The first change comes while the page is on its way, the second while it listens.
          if (name === "second" || (name === "study" && version === 1)) {
            version++;
            server?.check();
          } else if (name !== "study") resolve(name);
          return { html, files: new Map() };
        },
        signature: (name: string) => (name === "study" ? String(version) : ""),
        problem: (error: unknown) => resolve(String(error)),
      };
      void WatchServer.open(source, 0).then((opened) => {
        server = opened;
        const started = spawn(chromium ?? "", [...headless(profile), `${opened.url}study/report.html`], {
          stdio: ["ignore", "ignore", "pipe"],
          detached: true,
        });
        browser = started;
        started.stderr.on("data", (text) => {
          said += text;
        });
        started.on("exit", () => resolve(`the browser ended, having requested ${requested}, and said: ${said}`));
      });
      void setTimeout(50_000, undefined, { ref: false }).then(() =>
        resolve(`only ${requested} requested; the browser said: ${said}`),
      );
    });
    expect(await outcome).toBe("third");
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
