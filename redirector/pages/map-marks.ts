import { type MapPoint, mapSize, projectToMap } from "./map-projection";
import { mirrorStanding } from "./mirror-standing";
import type { MirrorStatus } from "./status-report";

/** A mirror on the map: its centre and radius, in the map's units. */
export interface MapMark extends MapPoint {
  readonly mirror: MirrorStatus;
  readonly radius: number;
}

/** The radius of a mirror without decisions, and the largest one, in the map's units. */
const smallest = 5;
const largest = 14;
/** The smallest radius of a mirror that is not simply active: it must be easy to see. */
const smallestRemarkable = 8;
/** The share of all decisions from which a mark has the largest size. */
const shareOfLargest = 0.25;
/** The gap between two marks. */
const gap = 1;
/** How many times marks are moved apart. 80 mirrors of three clouds need about 30 turns. */
const turns = 60;
/** Up to this turn marks are also pulled back to their places, so that none moves further than necessary. */
const homewardTurns = 40;
const homeward = 0.05;
/** The golden angle, in radians: it spreads any number of marks of one place evenly (Vogel 1979). */
const goldenAngle = Math.PI * (3 - Math.sqrt(5));

interface MovingMark {
  readonly mirror: MirrorStatus;
  readonly home: MapPoint;
  readonly radius: number;
  readonly index: number;
  x: number;
  y: number;
}

/** The area grows with the share. */
function radiusOf(mirror: MirrorStatus, total: number): number {
  const share = total > 0 ? Math.min(1, mirror.decisions / total / shareOfLargest) : 0;
  const radius = smallest + (largest - smallest) * Math.sqrt(share);
  return mirrorStanding(mirror) === "active" ? radius : Math.max(radius, smallestRemarkable);
}

/** Moves two overlapping marks apart, each by half. @returns whether they overlapped */
function separate(a: MovingMark, b: MovingMark): boolean {
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const distance = Math.sqrt(dx * dx + dy * dy);
  const excess = a.radius + b.radius + gap - distance;
  if (excess <= 0) return false;
  const angle = b.index * goldenAngle;
  const east = distance > 0.01 ? dx / distance : Math.cos(angle);
  const south = distance > 0.01 ? dy / distance : Math.sin(angle);
  a.x -= (east * excess) / 2;
  a.y -= (south * excess) / 2;
  b.x += (east * excess) / 2;
  b.y += (south * excess) / 2;
  return true;
}

/** Moves all marks apart once; only marks close to each other from west to east are compared. @returns whether any overlapped */
function separateAll(marks: MovingMark[]): boolean {
  marks.sort((a, b) => a.x - b.x || a.index - b.index);
  let hasMoved = false;
  marks.forEach((mark, index) => {
    for (let next = index + 1; next < marks.length; next++) {
      const other = marks[next];
      if (!other || other.x - mark.x > 2 * largest + gap) break;
      hasMoved = separate(mark, other) || hasMoved;
    }
  });
  return hasMoved;
}

function pullHome(mark: MovingMark, pull: number): void {
  const inside = (value: number, limit: number) => Math.min(Math.max(value, mark.radius), limit - mark.radius);
  mark.x = inside(mark.x + (mark.home.x - mark.x) * pull, mapSize.width);
  mark.y = inside(mark.y + (mark.home.y - mark.y) * pull, mapSize.height);
}

/**
 * The marks of mirrors, in the given order; mirrors without a place on the map are left out. Several clouds may have a region
 * in one city: overlapping marks are moved apart as little as necessary. A mark's area shows the mirror's share of all
 * decisions.
 */
export function mapMarks(mirrors: readonly MirrorStatus[]): MapMark[] {
  const total = mirrors.reduce((sum, { decisions }) => sum + decisions, 0);
  const marks = mirrors.flatMap((mirror, index): MovingMark[] => {
    const home = mirror.place && projectToMap(mirror.place);
    return home ? [{ mirror, home, radius: radiusOf(mirror, total), index, ...home }] : [];
  });
  const moving = [...marks];
  for (let count = 0; count < turns; count++) {
    const hasOverlapped = separateAll(moving);
    const pull = count < homewardTurns ? homeward : 0;
    if (!hasOverlapped && pull === 0) break;
    for (const mark of moving) pullHome(mark, pull);
  }
  return marks.map(({ mirror, radius, x, y }) => ({ mirror, radius, x, y }));
}
