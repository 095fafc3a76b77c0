import { staleAfterDays } from "../../networks/stale-after";
import { countDays, formatAge, formatCount, formatNumber, formatTime } from "./format";
import { html, type Markup } from "./markup";
import { icon } from "./mirror-shapes";
import type { SharedReport } from "./status-report";

function renderTime(iso: string, now: string): Markup {
  const age = formatAge(iso, now);
  return html`<time datetime="${iso}">${formatTime(iso)}</time>${age === undefined ? undefined : html` <small>${age}</small>`}`;
}

function renderRange({ name, asOf }: SharedReport["ranges"][number], now: string): Markup {
  const days = countDays(asOf, now);
  const isOld = days !== undefined && days > staleAfterDays;
  const age = days === undefined ? "" : formatCount(days, "day");
  return html`<tr><th scope="row">${name}</th><td><time datetime="${asOf}">${formatTime(asOf)}</time></td><td>${age}${isOld ? html` <span class="old">${icon("open")}old</span>` : undefined}</td></tr>
`;
}

function renderOverlay(overlay: SharedReport["overlay"], now: string): Markup | undefined {
  if (overlay === undefined) return undefined;
  const { issued, promotion, objects = 0, withdrawals, lastTrouble } = overlay;
  const promoted =
    promotion === undefined
      ? undefined
      : html`<div><dt>Newest promotion</dt><dd>${formatNumber(promotion)} <small>${formatCount(objects, "object")}</small></dd></div>
`;
  const trouble =
    lastTrouble &&
    html`<p class="notice">${icon("open")}<span><strong>A newer overlay was refused:</strong> ${lastTrouble}</span></p>`;
  return html`${trouble}<dl class="facts">
${promoted}<div><dt>Overlay issued</dt><dd>${renderTime(issued, now)}</dd></div>
<div><dt>Withdrawn</dt><dd>${formatNumber(withdrawals)}</dd></div>
</dl>
`;
}

/** The age of the routing table, of the overlay and of the published address ranges in it. */
export function freshnessSection({ table, overlay, ranges, generatedAt }: SharedReport): Markup {
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
<div><dt>Issued</dt><dd>${renderTime(table.issued, generatedAt)}</dd></div>
<div><dt>Loaded</dt><dd>${renderTime(table.loadedAt, generatedAt)}</dd></div>
<div><dt>Prefixes</dt><dd>${formatNumber(table.prefixes)}</dd></div>
<div><dt>Checksum</dt><dd class="checksum">${table.checksum}</dd></div>
</dl>
${renderOverlay(overlay, generatedAt)}<table><caption>Published address ranges; after ${staleAfterDays} days they are old</caption>
<thead><tr><th scope="col">Source</th><th scope="col">As of</th><th scope="col">Age</th></tr></thead>
<tbody>${ranges.map((range) => renderRange(range, generatedAt))}</tbody></table>
</section>`;
}
