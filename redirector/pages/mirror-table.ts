import { html, type Markup } from "./markup";
import { icon } from "./mirror-shapes";
import { mirrorStanding, stateWords } from "./mirror-standing";
import type { MirrorStatus, SharedReport } from "./status-report";
import { ago, clockTime, counted, percentage } from "./words";

/** A mirror's id, which may be broken after its provider. */
export function mirrorName(id: string): Markup {
  const slash = id.indexOf("/") + 1;
  return html`${id.slice(0, slash)}<wbr>${id.slice(slash)}`;
}

/** When and what: `3 hours ago (2026-11-20 14:03 UTC): it did not answer`. */
export function troubleWords({ at, words }: { readonly at: string; readonly words: string }, now: string): Markup {
  const age = ago(at, now);
  return html`${age === undefined ? "" : `${age}, `}<time datetime="${at}">${clockTime(at)}</time>: ${words}`;
}

/** One mirror's row: `m` and its position in the report is its anchor. */
function row(mirror: MirrorStatus, position: number, total: number, now: string): Markup {
  const { id, trouble, presence, weight, decisions } = mirror;
  const standing = mirrorStanding(mirror);
  // No shape for what is as it should be: the eye finds the others.
  const shape = standing === "active" ? undefined : icon(standing);
  const small = trouble && html`<small>${troubleWords(trouble, now)}</small>`;
  return html`<tr id="m${position}"><th scope="row">${mirrorName(id)}</th><td>${shape}${stateWords(mirror)}${small}</td><td>${presence === "complete" ? "all" : "asked"}</td><td>${weight}</td><td>${percentage(decisions, total)}</td></tr>
`;
}

/** How many units wide a full bar is. */
const barWidth = 120;

function bar(part: number, whole: number): Markup {
  const width = whole > 0 ? Math.round((part / whole) * barWidth) : 0;
  return html`<svg class="bar" viewBox="0 0 ${barWidth} 8" aria-hidden="true"><rect width="${barWidth}" height="8" rx="4"/><rect class="part" width="${width}" height="8" rx="4"/></svg>`;
}

function sumOf(mirrors: readonly MirrorStatus[]): number {
  return mirrors.reduce((sum, { decisions }) => sum + decisions, 0);
}

/** The mirrors of one provider, under its name and its share. */
function group(provider: string, rows: readonly Markup[], decisions: number, total: number): Markup {
  return html`<tbody><tr class="provider"><th colspan="5" scope="rowgroup">${provider} <span>${counted(rows.length, "mirror")}</span> <span>${percentage(decisions, total)}</span>${bar(decisions, total)}</th></tr>
${rows}</tbody>
`;
}

/** Every mirror, by provider, in the report's order. */
export function mirrorTable({ mirrors, generatedAt }: SharedReport): Markup {
  const total = sumOf(mirrors);
  const providers = [...new Set(mirrors.map(({ provider }) => provider))];
  const groups = providers.map((provider) => {
    const own = mirrors.flatMap((mirror, position) => (mirror.provider === provider ? [{ mirror, position }] : []));
    const rows = own.map(({ mirror, position }) => row(mirror, position, total, generatedAt));
    return group(provider, rows, sumOf(own.map(({ mirror }) => mirror)), total);
  });
  return html`<section class="card" aria-labelledby="mirrors">
<h2 id="mirrors">Every mirror</h2>
<table class="mirrors">
<caption>Holds: all there is, or it is asked before a client is sent there. Weight: its part of the clients of no provider. Share: of ${counted(total, "decision")} since this redirector started.</caption>
<thead><tr><th scope="col">Mirror</th><th scope="col">State, last trouble</th><th scope="col">Holds</th><th scope="col">Weight</th><th scope="col">Share</th></tr></thead>
${groups}</table>
</section>`;
}
