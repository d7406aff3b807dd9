//! The style sheet: calm on a screen, whole on paper. Charts read in grey; hatching, outlines and words carry what colour
//! would.

/// The style sheet.
pub(super) const STYLE: &str = r#"
:root { --ink: #1b2530; --quiet: #55626e; --rule: #ccd3d9; --pale: #f3f5f7; --fill: #27506f; }
* { box-sizing: border-box; }
body { margin: 0; color: var(--ink); background: #fff; font: 400 15px/1.5 "Source Sans 3", "Segoe UI", "Helvetica Neue",
  Arial, "Liberation Sans", sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem; }
h1, h2, h3 { font-family: "Source Serif 4", Georgia, "Liberation Serif", "Times New Roman", serif; line-height: 1.2;
  font-weight: 600; }
h1 { font-size: 2.3rem; margin: 0; }
h1 .period { font-weight: 400; white-space: nowrap; }
h2 { font-size: 1.5rem; margin: 0 0 .6rem; }
h3 { font-size: 1.05rem; margin: 0 0 .5rem; }
p { margin: 0 0 .8rem; }
.marking { margin: 0; padding: .35rem; text-align: center; font-weight: 700; letter-spacing: .14em; font-size: .8rem;
  border-block: 1px solid var(--ink); }
.days { color: var(--quiet); font-size: 1.05rem; margin: .2rem 0 1rem; }
.about { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: .5rem 1.5rem; margin: 0 0 1.5rem;
  padding: .8rem 0; border-block: 1px solid var(--rule); }
.about div:last-child { grid-column: 1 / -1; }
.about dt { color: var(--quiet); font-size: .78rem; }
.about dd { margin: 0; overflow-wrap: anywhere; }
.figures { list-style: none; margin: 0 0 1.2rem; padding: 0; display: grid; gap: 1rem;
  grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); }
.figures li { border-top: 3px solid var(--ink); padding-top: .5rem; display: flex; flex-direction: column; }
.figures .what { color: var(--quiet); font-size: .85rem; }
.figures .much { font: 600 1.7rem/1.3 "Source Serif 4", Georgia, "Liberation Serif", serif;
  font-variant-numeric: tabular-nums; }
.figures .trend { font-size: .85rem; }
.lists { display: grid; grid-template-columns: repeat(auto-fit, minmax(16rem, 1fr)); gap: 1.2rem 2rem; }
.lists ul, .gaps ul { margin: 0; padding-left: 1.1rem; }
.lists li { margin-bottom: .35rem; }
.matter { border-top: 1px solid var(--rule); margin-top: 2.2rem; padding-top: 1.6rem; }
.lead { max-width: 46rem; color: var(--quiet); }
.gaps { border: 1px solid var(--ink); border-left-width: 5px; padding: .6rem .9rem; margin-bottom: 1rem; }
.note { max-width: 46rem; padding-left: .9rem; border-left: 2px solid var(--rule); }
.block { margin: 1.4rem 0 2rem; }
figure { margin: 0 0 1rem; }
figure svg { display: block; width: 100%; max-width: 46rem; height: auto; }
svg text { font: 11.5px "Source Sans 3", "Segoe UI", "Helvetica Neue", Arial, "Liberation Sans", sans-serif;
  fill: var(--ink); font-variant-numeric: tabular-nums; }
svg .name { text-anchor: end; }
svg .mark, svg .above, svg .below, svg .quiet { text-anchor: middle; }
svg .mark, svg .year, svg .quiet { fill: var(--quiet); }
svg .grid { stroke: #e3e7ea; }
svg .axis { stroke: var(--ink); }
svg .solid { fill: var(--fill); stroke: var(--fill); }
svg .hollow { fill: #fff; stroke: var(--fill); stroke-width: 1.4; }
svg .open { stroke: none; }
svg .bound { fill: #fff; stroke: var(--fill); stroke-width: 1.8; stroke-dasharray: 3 2; }
svg .edge, svg .arrow { stroke: var(--fill); stroke-width: 1.4; }
svg .onward { stroke: var(--fill); stroke-width: 1.4; stroke-dasharray: 3 2; }
svg .hatched { stroke: #7b8791; stroke-dasharray: 3 2; }
svg .whisker { stroke: #000; stroke-width: 1.2; }
svg .halo { stroke: #fff; stroke-width: 4; }
table { border-collapse: collapse; width: 100%; font-size: .88rem; font-variant-numeric: tabular-nums; margin-bottom: 1rem; }
table.narrow { width: auto; min-width: 20rem; }
caption { text-align: left; color: var(--quiet); font-size: .82rem; padding-bottom: .3rem; }
th, td { padding: .28rem .6rem; border-bottom: 1px solid var(--rule); text-align: right; vertical-align: top; }
th { font-weight: 400; }
thead th { font-weight: 600; border-bottom: 1.5px solid var(--ink); vertical-align: bottom; }
tr > :first-child { text-align: left; padding-left: 0; }
table:not(.words) tr > :first-child { white-space: nowrap; }
.total th, .total td { font-weight: 600; border-top: 1.5px solid var(--ink); }
td { white-space: nowrap; }
.words td, td small, td.rose, td.fell { white-space: normal; }
td small { display: block; color: var(--quiet); font-weight: 400; font-size: .76rem; }
td.kept, .swatch { background: repeating-linear-gradient(135deg, #fff 0 4px, #e4e8ec 4px 5.5px); }
td.kept { font-style: italic; }
td.none { color: var(--quiet); }
td.rose, td.fell, td.still, th.word, .words td, .words th { text-align: left; }
td.rose, td.fell { font-weight: 600; }
td.still { color: var(--quiet); }
.sign { display: inline-block; width: 1em; text-align: center; }
td.id { font: .76rem ui-monospace, "Liberation Mono", monospace; overflow-wrap: anywhere; }
.key { display: grid; gap: .5rem; max-width: 46rem; }
.key div { display: grid; grid-template-columns: 4.5rem 1fr; gap: .8rem; }
.key dt svg { width: 60px; height: 14px; display: block; margin-top: .3rem; }
.key dd { margin: 0; }
.swatch { display: block; width: 3rem; height: .8rem; margin-top: .35rem; border: 1px dashed #7b8791; }
@page { size: A4; margin: 20mm 16mm;
  @top-center { content: "OFFICIAL-SENSITIVE"; font: 700 8pt sans-serif; letter-spacing: .14em; }
  @bottom-center { content: "OFFICIAL-SENSITIVE"; font: 700 8pt sans-serif; letter-spacing: .14em; }
  @bottom-right { content: counter(page) " / " counter(pages); font: 8pt sans-serif; } }
@media print {
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  body { font-size: 9.5pt; }
  main { max-width: none; padding: 0; }
  .matter { break-before: page; border-top: 0; margin: 0; padding: 0; }
  .block { margin: 0 0 8mm; }
  figure, tr, .gaps, .figures, .key div { break-inside: avoid; }
  figure svg { max-width: 160mm; max-height: 100mm; margin: 0 auto; }
  table { font-size: 8pt; }
  td small { display: inline; white-space: nowrap; margin-left: .5em; }
  .about, .figures { grid-template-columns: repeat(4, 1fr); }
  .lists { grid-template-columns: repeat(3, 1fr); gap: 0 1.2rem; font-size: 9pt; }
  .figures .much { font-size: 15pt; }
  h2, h3, caption, figure { break-after: avoid; }
  thead { display: table-header-group; }
  th, td { padding: .1rem .4rem; line-height: 1.35; }
}
"#;
