import { type MapMark, mapMarks } from "./map-marks";
import { mapSize } from "./map-projection";
import { html, type Markup } from "./markup";
import { icon } from "./mirror-shapes";
import { type MirrorStanding, mirrorStanding, standings, standingWords, stateWords } from "./mirror-standing";
import type { MirrorStatus, SharedReport } from "./status-report";
import { counted, percentage } from "./words";
import { worldOutline } from "./world-outline";

/** Where a shape is put on the map, and how large. */
function transform(x: number, y: number, radius: number): string {
  return `translate(${tenths(x)} ${tenths(y)})scale(${tenths(radius)})`;
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}

/**
 * One mirror: a link to its row, for the mouse. The keyboard has the table, and 80 stops on the way there would be in
 * its way.
 */
function mark({ mirror, x, y, radius }: MapMark, row: number, total: number): Markup {
  const title = `${mirror.id}: ${stateWords(mirror)}, ${percentage(mirror.decisions, total)}`;
  return html`<a href="#m${row}" tabindex="-1" transform="${transform(x, y, radius)}"><title>${title}</title><use href="#${mirrorStanding(mirror)}"/></a>
`;
}

/** The mirrors of each standing, those that must be seen last and so on top. */
function layers(marks: readonly MapMark[], mirrors: readonly MirrorStatus[]): Markup[] {
  const total = mirrors.reduce((sum, { decisions }) => sum + decisions, 0);
  const rows = new Map(mirrors.map(({ id }, row) => [id, row]));
  return standings.map((standing) => {
    const own = marks.filter(({ mirror }) => mirrorStanding(mirror) === standing);
    const drawn = own.map((one) => mark(one, rows.get(one.mirror.id) ?? 0, total));
    return own.length > 0 ? html`<g class="${standing}">${drawn}</g>` : html``;
  });
}

function legend(present: ReadonlySet<MirrorStanding>, here: boolean): Markup {
  const entries = standings
    .filter((standing) => present.has(standing))
    .reverse()
    .map((standing) => html`<li>${icon(standing)}${standingWords[standing]}</li>`);
  const ring = here ? html`<li>${icon("here")}Where the request below is sent</li>` : undefined;
  return html`<ul class="legend">${entries}${ring}</ul>`;
}

/**
 * The mirrors on a map of the world, only for the eye: the table of mirrors says all of it in words. The returned function
 * puts a ring around one of them.
 */
export function worldMap({ mirrors }: SharedReport): (chosen: string | undefined) => Markup {
  const marks = mapMarks(mirrors);
  const present = new Set(marks.map(({ mirror }) => mirrorStanding(mirror)));
  const unplaced = mirrors.length - marks.length;
  const missing = unplaced > 0 ? ` ${counted(unplaced, "mirror")} without a place on it: see the table.` : "";
  const drawn = html`<section class="card" aria-labelledby="map-title">
<h2 id="map-title">Where the mirrors are</h2>
<figure>
<svg class="map" viewBox="0 0 ${mapSize.width} ${mapSize.height}" aria-hidden="true"><path class="land" d="${worldOutline}"/>
${layers(marks, mirrors)}`;
  return (chosen) => {
    const here = marks.find(({ mirror }) => mirror.id === chosen);
    const ring =
      here && html`<use class="here" href="#here" transform="${transform(here.x, here.y, here.radius + 4)}"/>`;
    return html`${drawn}${ring}</svg>
<figcaption>${legend(present, here !== undefined)}
<p>The larger the mark, the larger its share of decisions. Neighbours are moved apart.${missing} The <a href="#mirrors">table of mirrors</a> says the same.</p></figcaption>
</figure>
</section>`;
  };
}
