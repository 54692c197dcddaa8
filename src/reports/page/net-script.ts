// The script of the drawings of nets: a button takes its part out or puts it back, and a part says what was measured of it.

export const netScript = `"use strict";
for (const net of document.querySelectorAll(".net")) {
  const said = net.querySelector(".net-said");
  const buttons = [...net.querySelectorAll("button")];
  const out = () => buttons.find((button) => button.getAttribute("aria-pressed") === "true");
  const rest = () => { said.textContent = out() ? out().dataset.without : said.dataset.whole; };
  net.classList.add("scripted");
  for (const button of buttons) {
    const tell = () => { said.textContent = button.getAttribute("aria-pressed") === "true" ? button.dataset.without : button.dataset.about; };
    button.addEventListener("pointerenter", tell);
    button.addEventListener("pointerleave", rest);
    button.addEventListener("focus", tell);
    button.addEventListener("blur", rest);
    button.addEventListener("click", () => {
      if (button.dataset.without === undefined) return tell();
      const pressed = button.getAttribute("aria-pressed") === "true";
      for (const other of buttons) if (other.hasAttribute("aria-pressed")) other.setAttribute("aria-pressed", "false");
      button.setAttribute("aria-pressed", String(!pressed));
      rest();
    });
  }
  net.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const other of buttons) if (other.hasAttribute("aria-pressed")) other.setAttribute("aria-pressed", "false");
    rest();
  });
}
`;
