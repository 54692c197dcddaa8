// The style of the drawings of nets: stages below each other, blocks side by side, with a wire around each residual block.

export const netStyle = `.net { margin: 1rem 0 1.6rem; }
.net-drawing { display: flex; flex-direction: column; align-items: flex-start; gap: .3rem; }
.net-end, .net-name { color: var(--soft); font-size: .85rem; }
.net-stage { display: flex; flex-wrap: wrap; align-items: flex-end; gap: .5rem .35rem; padding: .2rem 0 .2rem .6rem; border-left: 2px solid var(--rule); }
.net-stage > .net-name { flex: none; width: 4rem; align-self: center; }
.net-block { position: relative; border: 1px solid var(--rule); border-radius: .4rem; padding: .2rem .3rem .3rem; }
.net-block.residual { margin-top: .7rem; }
.net-block.residual::before {
  content: ""; position: absolute; left: -.2rem; right: -.2rem; top: -.55rem; height: .9rem;
  border: 2px solid var(--link); border-bottom: 0; border-radius: .6rem .6rem 0 0; pointer-events: none;
}
.net-layers { display: flex; gap: .25rem; }
.net button {
  font: inherit; font-size: .8rem; color: var(--ink); background: var(--panel); border: 1px solid var(--rule); border-radius: .3rem;
  padding: .1rem .35rem; min-height: 1.75rem; cursor: pointer;
}
.net-block > button { display: block; width: 100%; border-color: transparent; background: none; position: relative; }
.net button[data-without] { background: color-mix(in srgb, var(--bad) calc(var(--cost) * .6%), var(--panel)); }
.net button:hover { border-color: var(--link); }
.net button[aria-pressed="true"] { text-decoration: line-through; border: 1px dashed var(--bad); color: var(--bad); }
.net-block:has(> button[aria-pressed="true"]) .net-layers { opacity: .25; }
/* In sight of every block, also of a deep net on a phone. */
.net-said {
  position: sticky; bottom: 0; min-height: 3.2rem; margin: .4rem 0 0; padding: .2rem 0; background: var(--paper);
  font-variant-numeric: tabular-nums;
}
.net.scripted .net-table { display: none; }
@media print {
  .net-drawing, .net-said { display: none; }
  .net.scripted .net-table { display: block; }
  #nets > .notes { display: none; }
}
`;
