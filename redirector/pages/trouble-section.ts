import { html, type Markup } from "./markup";
import { icon } from "./mirror-shapes";
import { mirrorStanding, stateWords } from "./mirror-standing";
import { mirrorName, troubleWords } from "./mirror-table";
import type { SharedReport } from "./status-report";
import { counted } from "./words";

/** How many mirrors are listed; the table has all. */
const most = 6;

/** The mirrors that had trouble: those that still have it first, then the newest trouble. */
export function troubleSection({ mirrors, generatedAt }: SharedReport): Markup {
  const troubled = mirrors
    .flatMap((mirror, position) => (mirror.trouble ? [{ mirror, position, trouble: mirror.trouble }] : []))
    .sort((a, b) => {
      const closed = Number(a.mirror.breaker === "closed") - Number(b.mirror.breaker === "closed");
      return closed || Date.parse(b.trouble.at) - Date.parse(a.trouble.at);
    });
  const items = troubled.slice(0, most).map(
    ({
      mirror,
      position,
      trouble,
    }) => html`<li>${icon(mirrorStanding(mirror))}<div><a href="#m${position}">${mirrorName(mirror.id)}</a> <span>${stateWords(mirror)}</span><small>${troubleWords(trouble, generatedAt)}</small></div></li>
`,
  );
  const rest = troubled.length - items.length;
  const list =
    items.length > 0 ? html`<ul class="troubles">${items}</ul>` : html`<p>None since this redirector started.</p>`;
  return html`<section class="card" aria-labelledby="trouble">
<h2 id="trouble">Last trouble</h2>
${list}${rest > 0 ? html`<p>And of ${counted(rest, "more mirror")}: see the <a href="#mirrors">table</a>.</p>` : undefined}
</section>`;
}
