import { formatCount, formatPercentage } from "./format";
import { type MapMark, mapMarks } from "./map-marks";
import { mapSize } from "./map-projection";
import { html, type Markup } from "./markup";
import { icon } from "./mirror-shapes";
import { describeState, type MirrorStanding, mirrorStanding, standingNames, standings } from "./mirror-standing";
import type { MirrorStatus, SharedReport } from "./status-report";
import { worldOutline } from "./world-outline";

/** The position and size of a shape on the map. */
function transform(x: number, y: number, radius: number): string {
  return `translate(${roundToTenth(x)} ${roundToTenth(y)})scale(${roundToTenth(radius)})`;
}

function roundToTenth(value: number): number {
  return Math.round(value * 10) / 10;
}

/** One mirror: a link to its row, for the mouse only. On the keyboard, 80 tab stops before the table would be in the way. */
function renderMark({ mirror, x, y, radius }: MapMark, row: number, total: number): Markup {
  const title = `${mirror.id}: ${describeState(mirror)}, ${formatPercentage(mirror.decisions, total)}`;
  return html`<a href="#m${row}" tabindex="-1" transform="${transform(x, y, radius)}"><title>${title}</title><use href="#${mirrorStanding(mirror)}"/></a>
`;
}

/** The mirrors of each standing; the most important are drawn last, and thus on top. */
function renderLayers(marks: readonly MapMark[], mirrors: readonly MirrorStatus[]): Markup[] {
  const total = mirrors.reduce((sum, { decisions }) => sum + decisions, 0);
  const rows = new Map(mirrors.map(({ id }, row) => [id, row]));
  return standings.map((standing) => {
    const own = marks.filter(({ mirror }) => mirrorStanding(mirror) === standing);
    const drawn = own.map((one) => renderMark(one, rows.get(one.mirror.id) ?? 0, total));
    return own.length > 0 ? html`<g class="${standing}">${drawn}</g>` : html``;
  });
}

function renderLegend(present: ReadonlySet<MirrorStanding>, hasChosen: boolean): Markup {
  const entries = standings
    .filter((standing) => present.has(standing))
    .reverse()
    .map((standing) => html`<li>${icon(standing)}${standingNames[standing]}</li>`);
  const ring = hasChosen ? html`<li>${icon("here")}Where the request below is sent</li>` : undefined;
  return html`<ul class="legend">${entries}${ring}</ul>`;
}

/**
 * The mirrors on a map of the world, hidden from assistive technology: the table of mirrors has the same in words. The returned
 * function puts a ring around the chosen mirror.
 */
export function worldMap({ mirrors }: SharedReport): (chosen: string | undefined) => Markup {
  const marks = mapMarks(mirrors);
  const present = new Set(marks.map(({ mirror }) => mirrorStanding(mirror)));
  const unplaced = mirrors.length - marks.length;
  const missing = unplaced > 0 ? ` ${formatCount(unplaced, "mirror")} without a place on the map: see the table.` : "";
  const drawn = html`<section class="card" aria-labelledby="map-title">
<h2 id="map-title">Where the mirrors are</h2>
<figure>
<svg class="map" viewBox="0 0 ${mapSize.width} ${mapSize.height}" aria-hidden="true"><path class="land" d="${worldOutline}"/>
${renderLayers(marks, mirrors)}`;
  return (chosen) => {
    const here = marks.find(({ mirror }) => mirror.id === chosen);
    const ring =
      here && html`<use class="here" href="#here" transform="${transform(here.x, here.y, here.radius + 4)}"/>`;
    return html`${drawn}${ring}</svg>
<figcaption>${renderLegend(present, here !== undefined)}
<p>A larger mark means a larger share of decisions. Overlapping marks are moved apart.${missing} The <a href="#mirrors">table of mirrors</a> has the same data.</p></figcaption>
</figure>
</section>`;
  };
}
