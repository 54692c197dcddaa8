// What the style sheet of the page over all studies has beside that of all pages.

export const glanceStyle = `
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
@media print {
  .studies, .tables { display: block; }
  article { break-inside: avoid; }
  .glance tbody th { position: static; }
  .architectures td { min-width: 0; }
}
`;
