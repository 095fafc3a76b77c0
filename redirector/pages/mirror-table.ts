import { formatAge, formatCount, formatPercentage, formatTime } from "./format";
import { html, type Markup } from "./markup";
import { icon } from "./mirror-shapes";
import { describeState, mirrorStanding } from "./mirror-standing";
import type { MirrorStatus, SharedReport } from "./status-report";

/** A mirror's id, in which a line may break after the provider. */
export function renderMirrorName(id: string): Markup {
  const slash = id.indexOf("/") + 1;
  return html`${id.slice(0, slash)}<wbr>${id.slice(slash)}`;
}

/** Time and message of a failure: `3 hours ago, 2026-11-20 14:03 UTC: did not answer`. */
export function renderFailure({ at, words }: { readonly at: string; readonly words: string }, now: string): Markup {
  const age = formatAge(at, now);
  return html`${age === undefined ? "" : `${age}, `}<time datetime="${at}">${formatTime(at)}</time>: ${words}`;
}

/** One mirror's row. Its anchor is `m` and its position in the report. */
function renderRow(mirror: MirrorStatus, position: number, total: number, now: string): Markup {
  const { id, trouble, presence, weight, decisions } = mirror;
  const standing = mirrorStanding(mirror);
  // No shape for the normal state, so that the others stand out.
  const shape = standing === "active" ? undefined : icon(standing);
  const small = trouble && html`<small>${renderFailure(trouble, now)}</small>`;
  return html`<tr id="m${position}"><th scope="row">${renderMirrorName(id)}</th><td>${shape}${describeState(mirror)}${small}</td><td>${presence === "complete" ? "all" : "asked"}</td><td>${weight}</td><td>${formatPercentage(decisions, total)}</td></tr>
`;
}

/** The width of a full bar, in units. */
const barWidth = 120;

function renderBar(part: number, whole: number): Markup {
  const width = whole > 0 ? Math.round((part / whole) * barWidth) : 0;
  return html`<svg class="bar" viewBox="0 0 ${barWidth} 8" aria-hidden="true"><rect width="${barWidth}" height="8" rx="4"/><rect class="part" width="${width}" height="8" rx="4"/></svg>`;
}

function sumOf(mirrors: readonly MirrorStatus[]): number {
  return mirrors.reduce((sum, { decisions }) => sum + decisions, 0);
}

/** The mirrors of one provider, under its name and share. */
function renderGroup(provider: string, rows: readonly Markup[], decisions: number, total: number): Markup {
  return html`<tbody><tr class="provider"><th colspan="5" scope="rowgroup">${provider} <span>${formatCount(rows.length, "mirror")}</span> <span>${formatPercentage(decisions, total)}</span>${renderBar(decisions, total)}</th></tr>
${rows}</tbody>
`;
}

/** All mirrors, by provider, in the report's order. */
export function mirrorTable({ mirrors, generatedAt }: SharedReport): Markup {
  const total = sumOf(mirrors);
  const providers = [...new Set(mirrors.map(({ provider }) => provider))];
  const groups = providers.map((provider) => {
    const own = mirrors.flatMap((mirror, position) => (mirror.provider === provider ? [{ mirror, position }] : []));
    const rows = own.map(({ mirror, position }) => renderRow(mirror, position, total, generatedAt));
    return renderGroup(provider, rows, sumOf(own.map(({ mirror }) => mirror)), total);
  });
  return html`<section class="card" aria-labelledby="mirrors">
<h2 id="mirrors">All mirrors</h2>
<table class="mirrors">
<caption>Holds: everything, or asked before a client is sent there. Weight: its relative share of unaffiliated clients. Share: of ${formatCount(total, "decision")} since this redirector started.</caption>
<thead><tr><th scope="col">Mirror</th><th scope="col">State, last failure</th><th scope="col">Holds</th><th scope="col">Weight</th><th scope="col">Share</th></tr></thead>
${groups}</table>
</section>`;
}
