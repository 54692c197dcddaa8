// The script that keeps an open page up to date. It listens for changes, replaces the page's body and keeps the scroll
// position. A saved page has no server and does not change.

/** The script element for the page of an experiment, or for the index. */
export function liveScript(experiment: string | undefined): string {
  return `<script>(${live})(${JSON.stringify(experiment ?? null).replaceAll("<", "\\u003c")});</script>`;
}

// The script is a text because nothing compiles it for a browser.
const live = `function (experiment) {
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
    if (experiment === null || JSON.parse(data).experiment === experiment) void refresh();
  });
  // The server does not repeat changes that happened while there was no connection.
  let opened = false;
  events.addEventListener("open", () => { if (opened) void refresh(); opened = true; });
}`;
