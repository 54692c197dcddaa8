// The style sheet of a page: light or dark as the reader prefers, one column on a phone, black on white in print.

export const pageStyle = `:root {
  color-scheme: light dark;
  --ink: #1a1a1a; --soft: #5a5a5a; --rule: #d8d8d8; --paper: #ffffff; --panel: #f6f6f4; --link: #0b5cad;
  --good: #17692f; --bad: #a3241c; --wait: #7a5200;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e8e6e3; --soft: #a9a6a1; --rule: #42413e; --paper: #191918; --panel: #232322; --link: #82b8f0;
    --good: #7bd193; --bad: #f0938b; --wait: #e3b862;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 80rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, "Segoe UI", Helvetica, Arial, sans-serif; overflow-wrap: break-word;
}
/* Lines of text end before they are too long to read; tables and figures may be wider. */
p, ul, dl, figcaption { max-width: 62rem; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .5rem; padding-top: .6rem; border-top: 1px solid var(--rule); }
h3 { font-size: 1rem; margin: 1.2rem 0 .3rem; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: .5rem; background: var(--paper); padding: .3rem .6rem; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .2rem 1rem; margin: .8rem 0 0; padding: 0; }
.question { font-size: 1.1rem; color: var(--soft); margin: 0 0 .8rem; }
.answer { font-size: 1.05rem; background: var(--panel); border-left: 4px solid var(--link); padding: .7rem .9rem; margin: .5rem 0; }
.notes { color: var(--soft); font-size: .875rem; padding-left: 1.1rem; margin: .4rem 0; }
p.notes { padding-left: 0; }
.scroll { overflow-x: auto; margin: .6rem 0; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding: .2rem 0; }
th, td { text-align: left; padding: .28rem .7rem .28rem 0; border-bottom: 1px solid var(--rule); white-space: nowrap; }
thead th { font-weight: 600; color: var(--soft); vertical-align: bottom; }
tbody th { font-weight: 600; white-space: normal; min-width: 8rem; max-width: 26rem; }
td small, th small { display: block; color: var(--soft); font-size: .85em; }
.sortable caption small { color: var(--soft); font-weight: 400; }
.sortable thead button { font: inherit; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; }
.sortable thead button:hover { text-decoration: underline; }
.sortable [aria-sort="ascending"] button::after { content: " ▲"; }
.sortable [aria-sort="descending"] button::after { content: " ▼"; }
.number { text-align: right; }
.mark { font-weight: 600; }
.reproduced, .better, .paper-exact { color: var(--good); }
.worse { color: var(--bad); }
.not-enough-runs, .schedule-scaled, .data-scaled { color: var(--wait); }
.not-comparable, .toy { color: var(--soft); }
.figure { margin: 1rem 0 1.6rem; }
.figure figcaption { font-size: .875rem; color: var(--soft); }
.figure figcaption strong { color: var(--ink); font-size: 1rem; }
.panels { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(18rem, 100%), 1fr)); gap: 1rem; margin: .5rem 0; }
.panel { position: relative; min-width: 0; }
.panel h4 { margin: 0; font-size: .95rem; font-weight: 600; text-align: center; }
.plot svg { display: block; width: 100%; height: auto; max-width: 38rem; margin: 0 auto; touch-action: pan-y; }
.plot svg text { fill: var(--ink); }
.plot svg > rect:first-child { fill: transparent; }
.plot svg .role-axis line, .plot svg .background { stroke: var(--rule); }
.plot svg path[stroke="#000000"] { stroke: var(--ink); }
.plot svg path[fill="#000000"] { fill: var(--ink); }
.plot svg [data-off] { display: none; }
.cursor { stroke: var(--soft); stroke-dasharray: 2 2; pointer-events: none; }
.key { display: flex; flex-wrap: wrap; gap: .15rem 1rem; margin: .4rem 0 0; padding: 0; list-style: none; font-size: .85rem; }
.legend { max-width: none; display: flex; flex-wrap: wrap; justify-content: center; gap: .15rem .3rem; margin: .2rem 0; padding: 0; list-style: none; }
.legend button {
  font: inherit; font-size: .85rem; color: var(--ink); background: none; border: 1px solid transparent; border-radius: .3rem;
  padding: .15rem .45rem; min-height: 1.75rem; cursor: pointer;
}
.line { --line: var(--ink); }
/* A border, as browsers print no backgrounds. */
.line::before {
  content: ""; display: inline-block; width: 1.4rem; border-top: .2rem solid var(--line); margin-right: .4rem; vertical-align: middle;
}
.line.dashed::before { border-top-style: dashed; }
.line.pale::before { opacity: .4; }
.line.black::before { border-top-color: var(--ink); }
.legend button:hover { border-color: var(--rule); }
.legend button[aria-pressed="false"] { text-decoration: line-through; opacity: .55; }
.values {
  position: absolute; z-index: 1; pointer-events: none; background: var(--panel); border: 1px solid var(--rule);
  border-radius: .3rem; padding: .3rem .5rem; font-size: .8rem; line-height: 1.35; white-space: pre; font-variant-numeric: tabular-nums;
}
.values:empty { display: none; }
details { margin: .3rem 0; }
summary { cursor: pointer; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem .8rem; font-size: .875rem; margin: .4rem 0 .8rem 1rem; }
dt { color: var(--soft); }
dd { margin: 0; min-width: 0; }
code { font: .85em ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
@media (max-width: 30rem) {
  body { padding-top: 1rem; }
  dl { grid-template-columns: 1fr; margin-left: 0; }
  dd { margin-bottom: .3rem; }
}
@media print {
  :root { --ink: #000; --soft: #333; --rule: #bbb; --paper: #fff; --panel: #fff; --link: #000; --good: #000; --bad: #000; --wait: #000; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  nav, .skip, .values { display: none; }
  .scroll { overflow: visible; }
  table { font-size: 8pt; }
  th, td { white-space: normal; padding-right: .4rem; }
  .figure, table, tr, .panel { break-inside: avoid; }
  tbody th { min-width: 0; }
  .legend button { min-height: 0; padding: 0 .3rem; }
  h2, h3 { break-after: avoid; }
}
`;
