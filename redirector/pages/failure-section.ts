import { formatCount } from "./format";
import { html, type Markup } from "./markup";
import { icon } from "./mirror-shapes";
import { describeState, mirrorStanding } from "./mirror-standing";
import { renderFailure, renderMirrorName } from "./mirror-table";
import type { SharedReport } from "./status-report";

/** How many mirrors are listed here; the table has all. */
const most = 6;

/** The mirrors with failures: those that are still unhealthy first, then by the time of the failure. */
export function failureSection({ mirrors, generatedAt }: SharedReport): Markup {
  const failed = mirrors
    .flatMap((mirror, position) => (mirror.trouble ? [{ mirror, position, trouble: mirror.trouble }] : []))
    .sort((a, b) => {
      const closed = Number(a.mirror.breaker === "closed") - Number(b.mirror.breaker === "closed");
      return closed || Date.parse(b.trouble.at) - Date.parse(a.trouble.at);
    });
  const items = failed.slice(0, most).map(
    ({
      mirror,
      position,
      trouble,
    }) => html`<li>${icon(mirrorStanding(mirror))}<div><a href="#m${position}">${renderMirrorName(mirror.id)}</a> <span>${describeState(mirror)}</span><small>${renderFailure(trouble, generatedAt)}</small></div></li>
`,
  );
  const rest = failed.length - items.length;
  const list =
    items.length > 0 ? html`<ul class="troubles">${items}</ul>` : html`<p>None since this redirector started.</p>`;
  return html`<section class="card" aria-labelledby="trouble">
<h2 id="trouble">Recent failures</h2>
${list}${rest > 0 ? html`<p>And ${formatCount(rest, "more mirror")}: see the <a href="#mirrors">table</a>.</p>` : undefined}
</section>`;
}
