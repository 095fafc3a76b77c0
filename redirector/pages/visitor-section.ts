import type { DecisionExplanation } from "../../routing/decision-explanation";
import type { MirrorReason } from "../../routing/explain";
import { html, link, type Markup } from "./markup";
import { mirrorName } from "./mirror-table";
import { counted } from "./words";

/** How many reasons are seen without opening the rest. */
const firstReasons = 5;

/** Mirrors that follow each other for the same reason. */
interface SharedReason {
  readonly first: number;
  readonly chosen: boolean;
  readonly mirrors: readonly string[];
  readonly reason: string;
}

function sharedReasons(reasons: readonly MirrorReason[]): SharedReason[] {
  const shared: SharedReason[] = [];
  reasons.forEach(({ mirror, chosen, reason }, index) => {
    const last = shared.at(-1);
    if (last && last.reason === reason && !last.chosen && !chosen) {
      shared[shared.length - 1] = { ...last, mirrors: [...last.mirrors, mirror] };
    } else shared.push({ first: index + 1, chosen, mirrors: [mirror], reason });
  });
  return shared;
}

function reasonRow({ first, chosen, mirrors, reason }: SharedReason): Markup {
  const order = mirrors.length === 1 ? `${first}` : `${first}–${first + mirrors.length - 1}`;
  const names = mirrors.map((id, index) => html`${index > 0 ? ", " : ""}${mirrorName(id)}`);
  const words = chosen ? html`<strong>chosen:</strong> ${reason}` : html`${reason}`;
  return html`<tr${chosen ? html` class="chosen"` : undefined}><td>${order}</td><th scope="row">${names}</th><td>${words}</td></tr>
`;
}

function reasonTable(caption: string, rows: readonly SharedReason[]): Markup {
  return html`<table class="reasons"><caption>${caption}</caption>
<thead><tr><th scope="col">Order</th><th scope="col">Mirror</th><th scope="col">Why, or why not</th></tr></thead>
<tbody>${rows.map(reasonRow)}</tbody></table>`;
}

/** The reasons for every mirror: the first ones, and whatever comes up to the chosen one; the rest on demand. */
function reasonTables(reasons: readonly MirrorReason[]): Markup | undefined {
  if (reasons.length === 0) return html`<p>No mirror is asked for that.</p>`;
  const rows = sharedReasons(reasons);
  const seen = Math.max(firstReasons, rows.findIndex(({ chosen }) => chosen) + 1);
  const others = rows.slice(seen);
  const count = others.reduce((sum, { mirrors }) => sum + mirrors.length, 0);
  const caption = "Mirrors in the order in which they are taken";
  const rest =
    count > 0
      ? html`<details><summary>The other ${counted(count, "mirror")}</summary>${reasonTable("Mirrors that come after those above", others)}</details>`
      : undefined;
  return html`${reasonTable(caption, rows.slice(0, seen))}${rest}`;
}

/** RFC 9110, section 15, of every status that is decided. `node:http` knows them all, and takes Bun 15 ms to load. */
const phrases: Readonly<Record<number, string>> = {
  200: "OK",
  302: "Found",
  307: "Temporary Redirect",
  400: "Bad Request",
  404: "Not Found",
  405: "Method Not Allowed",
  503: "Service Unavailable",
};

function answerWords({ reasons, status, location }: DecisionExplanation): Markup {
  const chosen = reasons.find((reason) => reason.chosen);
  const phrase = phrases[status];
  const code = html`<span class="code">${status}${phrase ? ` ${phrase}` : ""}</span>`;
  if (location === undefined) return html`<p class="answer"><strong>Answered here</strong> ${code}</p>`;
  const target = chosen ? html`To <strong>${mirrorName(chosen.mirror)}</strong>` : html`<strong>Redirected</strong>`;
  return html`<p class="answer">${target} ${code}</p>
<p class="location">${link(location, location)}</p>`;
}

function outcome(visitor: DecisionExplanation): Markup {
  return html`<div class="outcome">
${answerWords(visitor)}
<p>A request from <b class="typed">${visitor.address}</b> (${visitor.network}) for <b class="typed">${visitor.path}</b>.</p>
${reasonTables(visitor.reasons)}
</div>`;
}

/**
 * A form that asks this page again, and what it answers. The browser sends it as the query `?address=…&path=…`; without an
 * `action` of its own, it goes to wherever the page is.
 */
export function visitorSection(visitor: DecisionExplanation | undefined): Markup {
  return html`<section class="card" aria-labelledby="where">
<h2 id="where">Where would I be sent?</h2>
<form method="get" action="#where">
<div><label for="address">From the address</label><input id="address" name="address" value="${visitor?.address}" placeholder="192.0.2.1 or 2001:db8::1" maxlength="64" autocomplete="off" autocapitalize="none" spellcheck="false"></div>
<div><label for="path">For the path</label><input id="path" name="path" value="${visitor?.path}" placeholder="/release/v1.34.0/bin/linux/amd64/kubectl" maxlength="1024" autocomplete="off" autocapitalize="none" spellcheck="false"></div>
<button>Show</button>
</form>
${visitor ? outcome(visitor) : html`<p class="notice">No answer, because your network asks too often. Try again in a second.</p>`}
</section>`;
}
