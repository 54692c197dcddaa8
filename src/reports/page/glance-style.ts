// What the style sheet of the page over all studies has beside that of all pages.

export const glanceStyle = `
.glance td { vertical-align: top; }
.glance thead th { vertical-align: top; white-space: normal; }
.glance th.group, .glance td.group { padding-left: .9rem; border-left: 1px solid var(--rule); }
.glance thead th.group { max-width: 14rem; text-align: left; }
.glance tbody th { font-weight: 400; }
.studies { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(26rem, 100%), 1fr)); gap: .4rem 2rem; }
.studies h3 { margin-bottom: 0; }
.studies .question { font-size: 1rem; margin: 0 0 .3rem; }
.studies .answer { font-size: .9rem; padding: .4rem .7rem; margin: .3rem 0; }
@media print {
  .studies { display: block; }
  article { break-inside: avoid; }
}
`;
