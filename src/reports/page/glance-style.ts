// What the style sheet of the page over all studies has beside that of all pages.

export const glanceStyle = `
.tally { list-style: none; padding: 0; font-size: 1.05rem; }
.supported { color: var(--good); }
.contradicted { color: var(--bad); }
.undecided { color: var(--wait); }
.claims { width: 100%; margin: .6rem 0 1rem; }
.claims tbody tr { scroll-margin-top: 3rem; }
.claims thead th { position: sticky; top: 0; z-index: 1; background: var(--paper); padding-top: .4rem; }
.claims td, .claims tbody th { vertical-align: top; white-space: normal; }
.claims tbody th { font-weight: 400; min-width: 14rem; max-width: 24rem; }
.claims small { font-size: .8rem; }
.claims ul { margin: 0; padding-left: 1rem; font-size: .8rem; }
.claims details { font-size: .8rem; margin: 0; }
.result + .result { margin-top: .5rem; padding-top: .4rem; border-top: 1px dotted var(--rule); }
.result > .mark { display: inline-block; min-width: 5.4rem; }
.interval { display: inline-block; vertical-align: middle; max-width: 100%; }
.interval .claimed { fill: var(--panel); stroke: var(--rule); stroke-width: .5; }
.interval .zero { stroke: var(--soft); }
.interval .range { stroke: var(--ink); stroke-width: 2; fill: none; }
.interval .mean { fill: var(--ink); stroke: var(--ink); }
.interval .lone { fill: var(--paper); }
.interval .papers { fill: none; stroke: var(--link); stroke-width: 1.5; }
.glance td, .glance tbody th { vertical-align: top; }
.glance thead th { vertical-align: top; }
.glance thead th.group { white-space: normal; }
.glance .number { white-space: nowrap; }
.glance th.group, .glance td.group { padding-left: .9rem; border-left: 1px solid var(--rule); }
.glance thead th.group:not(.number) { max-width: 14rem; text-align: left; }
.glance tbody th { font-weight: 400; min-width: 0; position: sticky; left: 0; background: var(--paper); }
.tables { display: flex; flex-wrap: wrap; align-items: flex-start; gap: .6rem 3rem; }
.tables > * { max-width: 100%; min-width: 0; }
.architectures td { white-space: normal; min-width: 8rem; max-width: 13rem; }
.studies { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(26rem, 100%), 1fr)); gap: .4rem 2rem; }
.studies h3 { margin-bottom: 0; }
.studies .question { font-size: 1rem; margin: 0 0 .3rem; }
.studies .answer { font-size: .9rem; padding: .4rem .7rem; margin: .3rem 0; }
@media screen and (max-width: 48rem) {
  .claims thead { position: absolute; left: -100rem; }
  .claims, .claims caption, .claims tbody, .claims tr, .claims tbody th, .claims td { display: block; max-width: none; min-width: 0; }
  .claims tr { border-bottom: 1px solid var(--rule); padding: .5rem 0; }
  .claims tbody th, .claims td { border: 0; padding: .1rem 0; }
  .claims .not-run { display: none; }
  .claims td[data-scale]::before { content: attr(data-scale) ": "; color: var(--soft); font-size: .85rem; }
}
@media print {
  .studies, .tables { display: block; }
  .glance tbody th { position: static; }
  .architectures td { min-width: 0; }
  table.claims { break-inside: auto; }
  .claims tbody th { min-width: 11rem; }
  .claims small, .claims ul, .claims details { font-size: 7pt; }
  .claims thead th { position: static; }
  article { break-inside: avoid; }
}
`;
