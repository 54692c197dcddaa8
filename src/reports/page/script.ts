// The script of a page in plain JavaScript: it shows values at the pointer or at the arrow keys, legend entries hide their
// lines, and headings sort the table of a sweep. It reads values from the drawn lines, so nothing is in the page twice.
// Without it the page still shows all.

export const pageScript = `"use strict";
for (const panel of document.querySelectorAll(".panel")) {
  const plot = panel.querySelector(".plot");
  const svg = plot.querySelector("svg");
  const values = panel.querySelector(".values");
  const { width, height, x0, x1, y0, y1, xTitle, unit, logarithmic } = panel.dataset;
  const marks = [...svg.querySelectorAll("path[aria-label]")].filter((path) => /, (ours|paper)$/.test(path.getAttribute("aria-label")));
  const lines = marks
    .filter((path) => path.closest(".mark-line"))
    .map((path) => {
      const [net, set, source] = path.getAttribute("aria-label").split(/, (?=(?:train|test|plain|residual), |ours$|paper$)/);
      const numbers = path.getAttribute("d").match(/-?[\\d.]+(?:e-?\\d+)?/g).map(Number);
      const points = [];
      for (let i = 0; i + 1 < numbers.length; i += 2) points.push({ x: numbers[i], y: numbers[i + 1] });
      return { path, net, set, source, points };
    });
  const toX = (x) => (logarithmic === undefined ? Number(x0) + (x / width) * (x1 - x0) : x0 * (x1 / x0) ** (x / width));
  const toY = (y) => Number(y1) - (y / height) * (y1 - y0);
  const shown = () => lines.filter(({ path }) => !path.hasAttribute("data-off"));
  const stops = () => [...new Set(shown().filter(({ source }) => source === "ours").flatMap(({ points }) => points.map(({ x }) => x)))].sort((a, b) => a - b);
  const nearest = (points, x) => points.reduce((best, point) => (Math.abs(point.x - x) < Math.abs(best.x - x) ? point : best));
  const cursor = document.createElementNS("http://www.w3.org/2000/svg", "line");
  cursor.setAttribute("class", "cursor");
  let stop = -1;

  const show = (x) => {
    const ours = shown().filter(({ source }) => source === "ours");
    if (ours.length === 0) return hide();
    const text = ours.map(({ net, set, points }) => {
      const paper = shown().find((line) => line.source === "paper" && line.net === net && line.set === set);
      const value = (from) => toY(nearest(from, x).y).toFixed(2) + unit;
      return net + " " + set + "  " + value(points) + (paper ? "  (paper " + value(paper.points) + ")" : "");
    });
    values.textContent = [xTitle + " " + Number(toX(x).toPrecision(4)), ...text].join("\\n");
    const frame = lines[0].path.parentNode;
    for (const end of ["1", "2"]) cursor.setAttribute("x" + end, x);
    cursor.setAttribute("y1", 0);
    cursor.setAttribute("y2", height);
    frame.append(cursor);
    const place = cursor.getBoundingClientRect();
    const box = panel.getBoundingClientRect();
    const left = place.left - box.left + 12;
    values.style.top = place.top - box.top + 6 + "px";
    values.style.left = Math.max(0, Math.min(left, box.width - values.offsetWidth - 4)) + "px";
  };
  const hide = () => {
    values.textContent = "";
    cursor.remove();
    stop = -1;
  };

  svg.addEventListener("pointermove", (event) => {
    if (lines.length === 0) return;
    const matrix = lines[0].path.getScreenCTM();
    const { x } = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
    const all = stops();
    if (x < -4 || x > Number(width) + 4 || all.length === 0) return hide();
    show(all.reduce((best, at) => (Math.abs(at - x) < Math.abs(best - x) ? at : best)));
  });
  svg.addEventListener("pointerleave", hide);
  plot.addEventListener("blur", hide);
  plot.addEventListener("keydown", (event) => {
    const all = stops();
    if (event.key === "Escape") return hide();
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === "Home") stop = 0;
    else if (event.key === "End") stop = all.length - 1;
    else if (step) stop = stop < 0 ? (step > 0 ? 0 : all.length - 1) : Math.max(0, Math.min(all.length - 1, stop + step));
    else return;
    event.preventDefault();
    if (all.length) show(all[stop]);
  });

  panel.addEventListener("toggle-net", ({ detail: { net, on } }) => {
    for (const path of marks) {
      if (path.getAttribute("aria-label").startsWith(net + ", ")) path.toggleAttribute("data-off", !on);
    }
    hide();
  });
}
for (const button of document.querySelectorAll(".legend button")) {
  button.addEventListener("click", () => {
    const on = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(on));
    const panel = button.closest(".panel");
    const panels = panel ? [panel] : button.closest("figure").querySelectorAll(".panel");
    for (const each of panels) each.dispatchEvent(new CustomEvent("toggle-net", { detail: { net: button.dataset.net, on } }));
  });
}
// What a printed page cannot unfold.
addEventListener("beforeprint", () => {
  for (const part of document.querySelectorAll("details.printed")) part.open = true;
});
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const headings = [...table.tHead.rows[0].cells];
  const hint = document.createElement("small");
  hint.textContent = " Choose a heading to sort.";
  table.caption.append(hint);
  const keyOf = (row, place) => {
    const text = row.cells[place].textContent.replace("−", "-");
    const number = Number.parseFloat(text === "best" ? "0" : text);
    return { text, number: text === "" || Number.isNaN(number) ? undefined : number };
  };
  headings.forEach((heading, place) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = heading.textContent;
    heading.replaceChildren(button);
    button.addEventListener("click", () => {
      const sign = heading.getAttribute("aria-sort") === "ascending" ? -1 : 1;
      const rows = [...body.rows].map((row) => ({ row, key: keyOf(row, place) }));
      rows.sort(({ key: a }, { key: b }) => {
        if (a.number !== undefined && b.number !== undefined) return sign * (a.number - b.number);
        if (a.number !== undefined || b.number !== undefined) return a.number === undefined ? 1 : -1;
        return sign * (a.text < b.text ? -1 : Number(a.text > b.text));
      });
      for (const other of headings) other.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", sign === 1 ? "ascending" : "descending");
      body.append(...rows.map(({ row }) => row));
    });
  });
}
`;
