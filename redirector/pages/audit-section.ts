import { formatAge, formatNumber, formatTime } from "./format";
import { html, type Markup } from "./markup";
import { icon } from "./mirror-shapes";
import { renderMirrorName } from "./mirror-table";
import type { SharedReport } from "./status-report";

type Audit = NonNullable<NonNullable<SharedReport["overlay"]>["audit"]>;

function renderStore({ store, there, missing, other, unexpected }: Audit["stores"][number]): Markup {
  const isWrong = missing + other + (unexpected ?? 0) > 0;
  const shape = isWrong ? icon("open") : undefined;
  const foreign = unexpected === undefined ? "not listed" : formatNumber(unexpected);
  return html`<tr><th scope="row">${shape}${renderMirrorName(store)}</th><td>${formatNumber(there)}</td><td>${formatNumber(missing)}</td><td>${formatNumber(other)}</td><td>${foreign}</td></tr>
`;
}

/** What the last audit found, if there was one. */
export function auditSection({ overlay, generatedAt }: SharedReport): Markup | undefined {
  const audit = overlay?.audit;
  if (audit === undefined) return undefined;
  const { at, isClean, stores } = audit;
  const age = formatAge(at, generatedAt);
  const verdict = isClean ? "Nothing was wrong." : "Mirrors differed from what was promoted.";
  return html`<section class="card" aria-labelledby="audit">
<h2 id="audit">Last audit</h2>
<p>${isClean ? undefined : icon("open")}<time datetime="${at}">${formatTime(at)}</time>${age === undefined ? undefined : html` <small>${age}</small>`}: ${verdict}</p>
<table><caption>Promoted artifacts at each mirror, and objects that nobody promoted</caption>
<thead><tr><th scope="col">Store</th><th scope="col">There</th><th scope="col">Missing</th><th scope="col">Other bytes</th><th scope="col">Unexpected</th></tr></thead>
<tbody>${stores.map(renderStore)}</tbody></table>
</section>`;
}
