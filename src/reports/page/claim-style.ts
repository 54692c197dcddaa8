// The style of a table of claims: columns on a screen and on paper, a card for each claim on a phone.

export const claimStyle = `
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
@media screen and (max-width: 48rem) {
  .claims thead { position: absolute; left: -100rem; }
  .claims, .claims caption, .claims tbody, .claims tr, .claims tbody th, .claims td { display: block; max-width: none; min-width: 0; }
  .claims tr { border-bottom: 1px solid var(--rule); padding: .5rem 0; }
  .claims tbody th, .claims td { border: 0; padding: .1rem 0; }
  .claims .not-run { display: none; }
  .claims td[data-scale]::before { content: attr(data-scale) ": "; color: var(--soft); font-size: .85rem; }
}
@media print {
  table.claims { break-inside: auto; }
  .claims tbody th { min-width: 11rem; }
  .claims small, .claims ul, .claims details { font-size: 7pt; }
  .claims thead th { position: static; }
}
`;
