"""The style of the report: one sheet, light and dark, from 360 pixels up."""

from __future__ import annotations

# Series colours after Okabe & Ito (2008), told apart with any colour vision; lighter ones on dark.
CSS = """
:root {
  color-scheme: light dark;
  --page: #fbfbf9; --card: #ffffff; --ink: #1c2126; --soft: #5a636d; --rule: #dcdfe3;
  --s1: #0072b2; --s2: #c4500a; --s3: #008060; --bad: #a8321a; --good: #0b6b4b; --tint: #e6f0f7;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171a; --card: #1c2024; --ink: #e8eaec; --soft: #a3acb5; --rule: #353b42;
    --s1: #56b4e9; --s2: #f0a34a; --s3: #4cc9a0; --bad: #ff9a80; --good: #6fd6ae; --tint: #1d3342;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", "Liberation Sans", sans-serif;
}
main, header, footer { max-width: 1180px; margin: 0 auto; padding: 0 16px; }
header { padding-top: 28px; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 4px; }
h2 { font-size: 1.25rem; margin: 40px 0 10px; }
h3 { font-size: 1rem; margin: 0 0 8px; }
p { margin: 0 0 10px; max-width: 76ch; }
a { color: var(--s1); }
.soft { color: var(--soft); }
.note { font-size: 0.86rem; margin: 10px 0 0; }
.bad { color: var(--bad); font-weight: 600; }
.good { color: var(--good); font-weight: 600; }
code, .mono { font: 0.86em/1.45 ui-monospace, "Liberation Mono", Menlo, monospace; }
code { overflow-wrap: anywhere; }
pre {
  margin: 0 0 12px; padding: 10px 12px; background: var(--card); border: 1px solid var(--rule);
  border-radius: 6px; white-space: pre-wrap;
}
nav ul { display: flex; flex-wrap: wrap; gap: 4px 18px; list-style: none; padding: 0; }
.made { margin-top: 16px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 10px; }
.tile {
  background: var(--card); border: 1px solid var(--rule); border-radius: 8px; padding: 10px 12px;
}
.tile b {
  display: block; font-size: 1.5rem; line-height: 1.25; font-variant-numeric: tabular-nums;
}
.tile span { display: block; font-size: 0.82rem; line-height: 1.35; }
.plots {
  display: grid; gap: 14px;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr));
}
figure, .card {
  margin: 0; background: var(--card); border: 1px solid var(--rule); border-radius: 8px;
  padding: 14px; min-width: 0;
}
figcaption { font-size: 0.86rem; color: var(--soft); margin-top: 8px; }
.plot { display: block; width: 100%; max-width: 450px; height: auto; margin: 0 auto; }
.plot text { font: 12px system-ui, "Liberation Sans", sans-serif; fill: var(--ink); }
.plot text.soft { fill: var(--soft); }
.plot text.halo { stroke: var(--card); stroke-width: 3px; paint-order: stroke; }
.plot .grid { stroke: var(--rule); stroke-width: 1; }
.plot .axis { stroke: var(--soft); stroke-width: 1; }
.plot .ideal { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 4 4; }
.plot .mark { stroke: var(--s2); stroke-width: 1.5; stroke-dasharray: 3 3; }
.plot .stroke { fill: none; stroke-width: 2; }
.plot .whisker { stroke-width: 2; opacity: 0.55; }
.plot .fill.s1 { fill: var(--s1); }
.plot .fill.s2 { fill: var(--s2); }
.plot .fill.s3 { fill: var(--s3); }
.plot .s1:not(.fill) { stroke: var(--s1); }
.plot .s2:not(.fill) { stroke: var(--s2); }
.plot .s3:not(.fill) { stroke: var(--s3); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; }
caption { text-align: left; color: var(--soft); padding-bottom: 4px; }
th, td {
  text-align: left; vertical-align: baseline; padding: 5px 10px 5px 0;
  border-bottom: 1px solid var(--rule);
}
th { font-weight: 600; color: var(--soft); }
th.n, td.n { text-align: right; font-variant-numeric: tabular-nums; }
td.n { white-space: nowrap; }
td.id { overflow-wrap: anywhere; }
tr.gold td { background: var(--tint); }
.dense { font-size: 0.82rem; }
.dense th, .dense td { padding-right: 7px; }
.hits { max-width: 820px; }
.hits td:first-child, .hits th:first-child { width: 3em; }
.confusion td { font-size: 1.05rem; }
.confusion small { display: block; color: var(--soft); font-size: 0.8rem; font-weight: 400; }
.case { margin-bottom: 10px; }
.case > summary { cursor: pointer; overflow-wrap: anywhere; }
.case > summary bdi { font-weight: 600; }
.case .tag { display: block; color: var(--soft); font-size: 0.86rem; }
.case[open] > summary { margin-bottom: 12px; }
.case dl { display: grid; grid-template-columns: 8.5em 1fr; gap: 6px 14px; margin: 0 0 14px; }
.case dt { color: var(--soft); }
.case dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
.case ul { margin: 0; padding-left: 1.1em; }
.answer { white-space: pre-line; max-width: 80ch; }
.meta { display: grid; grid-template-columns: 6.5em 1fr; gap: 2px 14px; margin: 0 0 10px; }
.meta dt { color: var(--soft); font-size: 0.9rem; }
.meta dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
footer { padding: 30px 16px 40px; color: var(--soft); font-size: 0.86rem; }
:focus-visible { outline: 2px solid var(--s1); outline-offset: 2px; }
@media (max-width: 560px) {
  .case dl { grid-template-columns: 1fr; gap: 0; }
  .case dd { margin-bottom: 8px; }
}
@media print { .case { break-inside: avoid; } }
"""
