// The script that keeps an open page up to date. It listens for changes, replaces the page's body and keeps the scroll
// position. A saved page has no server and does not change.

/**
 * The script element for a page.
 * @param experiment that the page is about; "" for the index
 * @param version of the page, which the server compares with its own when the page begins to listen
 */
export function liveScript(experiment: string, version: string): string {
  return `<script>(${live})(${inScript(experiment)}, ${inScript(version)});</script>`;
}

const inScript = (text: string) => JSON.stringify(text).replaceAll("<", "\\u003c");

// The script is a text because nothing compiles it for a browser.
const live = `function (experiment, version) {
  window.resnetExpVersion = version;
  if (window.resnetExpLive) return;
  window.resnetExpLive = true;
  const legend = () => [...document.querySelectorAll("button[aria-pressed]")];
  const keyOf = (each) => [each.closest("figure")?.id, each.closest("ul")?.getAttribute("aria-label"), each.textContent].join("\\n");
  let busy = false;
  let again = false;
  async function refresh() {
    if (busy) { again = true; return; }
    busy = true;
    try {
      const answer = await fetch(location.pathname, { cache: "no-store" });
      if (!answer.ok) return;
      const next = new DOMParser().parseFromString(await answer.text(), "text/html");
      const open = [...document.querySelectorAll("details")].map((each) => each.open);
      const hidden = legend().filter((each) => each.getAttribute("aria-pressed") === "false").map(keyOf);
      const { scrollX, scrollY } = window;
      document.title = next.title;
      document.body.replaceWith(next.body);
      [...document.querySelectorAll("details")].forEach((each, i) => { each.open = open[i] ?? each.open; });
      // Scripts that a parser made do not run; copies do.
      for (const old of document.body.querySelectorAll("script")) {
        const copy = document.createElement("script");
        for (const { name, value } of old.attributes) copy.setAttribute(name, value);
        copy.textContent = old.textContent;
        old.replaceWith(copy);
      }
      for (const each of legend()) if (hidden.includes(keyOf(each))) each.click();
      window.scrollTo(scrollX, scrollY);
      document.dispatchEvent(new Event("resnet-exp:refreshed"));
    } catch {
      // The server is gone; EventSource tries again by itself.
    } finally {
      busy = false;
      if (again) { again = false; void refresh(); }
    }
  }
  const events = new EventSource("/events");
  events.addEventListener("change", ({ data }) => {
    if (experiment === "" || JSON.parse(data).experiment === experiment) void refresh();
  });
  // The first event of each connection. The server does not repeat changes that happened while there was none.
  events.addEventListener("versions", ({ data }) => {
    if (JSON.parse(data)[experiment] !== window.resnetExpVersion) void refresh();
  });
}`;
