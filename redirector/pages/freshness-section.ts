import { staleAfterDays } from "../../networks/stale-after";
import { html, type Markup } from "./markup";
import { icon } from "./mirror-shapes";
import type { SharedReport } from "./status-report";
import { ago, clockTime, counted, daysBetween, grouped } from "./words";

function moment(iso: string, now: string): Markup {
  const age = ago(iso, now);
  return html`<time datetime="${iso}">${clockTime(iso)}</time>${age === undefined ? undefined : html` <small>${age}</small>`}`;
}

function rangeRow({ name, asOf }: SharedReport["ranges"][number], now: string): Markup {
  const days = daysBetween(asOf, now);
  const old = days !== undefined && days > staleAfterDays;
  const age = days === undefined ? "" : counted(days, "day");
  return html`<tr><th scope="row">${name}</th><td><time datetime="${asOf}">${clockTime(asOf)}</time></td><td>${age}${old ? html` <span class="old">${icon("open")}old</span>` : undefined}</td></tr>
`;
}

/** How old the routing table is, and the published address ranges in it. */
export function freshnessSection({ table, ranges, generatedAt }: SharedReport): Markup {
  const { lastTrouble } = table;
  const fallback =
    table.fallback &&
    html`<p class="notice">${icon("open")}<span><strong>Only the fallback table is in use:</strong> all clients are sent to the origin until a table is loaded.</span></p>`;
  const trouble =
    lastTrouble &&
    html`<p class="notice">${icon("open")}<span><strong>A newer table was refused:</strong> ${lastTrouble}</span></p>`;
  return html`<section class="card" aria-labelledby="freshness">
<h2 id="freshness">Routing table</h2>
${fallback}${trouble}
<dl class="facts">
<div><dt>Issued</dt><dd>${moment(table.issued, generatedAt)}</dd></div>
<div><dt>Loaded</dt><dd>${moment(table.loadedAt, generatedAt)}</dd></div>
<div><dt>Prefixes</dt><dd>${grouped(table.prefixes)}</dd></div>
<div><dt>Checksum</dt><dd class="checksum">${table.checksum}</dd></div>
</dl>
<table><caption>Published address ranges; after ${staleAfterDays} days they count as old</caption>
<thead><tr><th scope="col">Of</th><th scope="col">As of</th><th scope="col">Age</th></tr></thead>
<tbody>${ranges.map((range) => rangeRow(range, generatedAt))}</tbody></table>
</section>`;
}
