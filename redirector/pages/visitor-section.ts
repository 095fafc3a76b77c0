import type { DecisionExplanation } from "../../routing/decision-explanation";
import type { MirrorReason } from "../../routing/explain";
import { formatCount } from "./format";
import { html, link, type Markup } from "./markup";
import { renderMirrorName } from "./mirror-table";

/** How many reasons are visible without opening the rest. */
const firstReasons = 5;

/** Consecutive mirrors with the same reason. */
interface SharedReason {
  readonly first: number;
  readonly chosen: boolean;
  readonly mirrors: readonly string[];
  readonly reason: string;
}

function groupReasons(reasons: readonly MirrorReason[]): SharedReason[] {
  const shared: SharedReason[] = [];
  reasons.forEach(({ mirror, chosen, reason }, index) => {
    const last = shared.at(-1);
    if (last && last.reason === reason && !last.chosen && !chosen) {
      shared[shared.length - 1] = { ...last, mirrors: [...last.mirrors, mirror] };
    } else shared.push({ first: index + 1, chosen, mirrors: [mirror], reason });
  });
  return shared;
}

function renderReason({ first, chosen, mirrors, reason }: SharedReason): Markup {
  const order = mirrors.length === 1 ? `${first}` : `${first}–${first + mirrors.length - 1}`;
  const names = mirrors.map((id, index) => html`${index > 0 ? ", " : ""}${renderMirrorName(id)}`);
  const words = chosen ? html`<strong>chosen:</strong> ${reason}` : html`${reason}`;
  return html`<tr${chosen ? html` class="chosen"` : undefined}><td>${order}</td><th scope="row">${names}</th><td>${words}</td></tr>
`;
}

function renderReasonTable(caption: string, rows: readonly SharedReason[]): Markup {
  return html`<table class="reasons"><caption>${caption}</caption>
<thead><tr><th scope="col">Order</th><th scope="col">Mirror</th><th scope="col">Reason</th></tr></thead>
<tbody>${rows.map(renderReason)}</tbody></table>`;
}

/** The reasons for all mirrors: the first ones, up to the chosen one at least; the rest on demand. */
function renderReasons(reasons: readonly MirrorReason[]): Markup | undefined {
  if (reasons.length === 0) return html`<p>No mirror serves this request.</p>`;
  const rows = groupReasons(reasons);
  const seen = Math.max(firstReasons, rows.findIndex(({ chosen }) => chosen) + 1);
  const others = rows.slice(seen);
  const count = others.reduce((sum, { mirrors }) => sum + mirrors.length, 0);
  const caption = "Mirrors in order of preference";
  const rest =
    count > 0
      ? html`<details><summary>The other ${formatCount(count, "mirror")}</summary>${renderReasonTable("Remaining mirrors", others)}</details>`
      : undefined;
  return html`${renderReasonTable(caption, rows.slice(0, seen))}${rest}`;
}

/** The reason phrases of the redirector's statuses (RFC 9110, section 15). `node:http` has them all, but takes 15 ms to load on Bun. */
const phrases: Readonly<Record<number, string>> = {
  200: "OK",
  302: "Found",
  307: "Temporary Redirect",
  400: "Bad Request",
  404: "Not Found",
  405: "Method Not Allowed",
  410: "Gone",
  503: "Service Unavailable",
};

function renderAnswer({ reasons, status, withdrawn, location }: DecisionExplanation): Markup {
  const chosen = reasons.find((reason) => reason.chosen);
  const phrase = phrases[status];
  const code = html`<span class="code">${status}${phrase ? ` ${phrase}` : ""}</span>`;
  if (withdrawn !== undefined) {
    const why = withdrawn === "" ? undefined : html`<p>It was withdrawn: ${withdrawn}</p>`;
    return html`<p class="answer"><strong>Withdrawn</strong> ${code}</p>
${why}`;
  }
  if (location === undefined) return html`<p class="answer"><strong>Answered here</strong> ${code}</p>`;
  const target = chosen
    ? html`To <strong>${renderMirrorName(chosen.mirror)}</strong>`
    : html`<strong>Redirected</strong>`;
  return html`<p class="answer">${target} ${code}</p>
<p class="location">${link(location, location)}</p>`;
}

function renderOutcome(visitor: DecisionExplanation): Markup {
  return html`<div class="outcome">
${renderAnswer(visitor)}
<p>A request from <b class="typed">${visitor.address}</b> (${visitor.network}) for <b class="typed">${visitor.path}</b>.</p>
${visitor.withdrawn === undefined ? renderReasons(visitor.reasons) : undefined}
</div>`;
}

/** A form that requests this page with the query `?address=…&path=…`, and the result. Its action is relative: it goes to this page. */
export function visitorSection(visitor: DecisionExplanation | undefined): Markup {
  return html`<section class="card" aria-labelledby="where">
<h2 id="where">Where would I be sent?</h2>
<form method="get" action="#where">
<div><label for="address">From the address</label><input id="address" name="address" value="${visitor?.address}" placeholder="192.0.2.1 or 2001:db8::1" maxlength="64" autocomplete="off" autocapitalize="none" spellcheck="false"></div>
<div><label for="path">For the path</label><input id="path" name="path" value="${visitor?.path}" placeholder="/release/v1.34.0/bin/linux/amd64/kubectl" maxlength="1024" autocomplete="off" autocapitalize="none" spellcheck="false"></div>
<button>Show</button>
</form>
${visitor ? renderOutcome(visitor) : html`<p class="notice">Too many requests from your network. Try again in a second.</p>`}
</section>`;
}
