import { decodeOverlay } from "../../overlay/decode-overlay";
import { findIndexLoss } from "../../overlay/find-index-loss";
import type { Overlay } from "../../overlay/overlay";
import { largestLead } from "./find-table-problem";
import { type LiveEvent, LiveObject } from "./live-object";

/** The outcome of reading the source of overlays once. */
export type OverlayEvent = LiveEvent<Overlay>;

/** Holds the overlay in force; at first there is none. A broken or older one does not replace it, nor one that has lost much of its index. */
export class LiveOverlay extends LiveObject<Overlay, undefined> {
  protected override check(bytes: Uint8Array, now: number): Overlay | string {
    const overlay = decodeOverlay(bytes);
    const { issued } = overlay;
    const inForce = this.current?.issued;
    if (inForce !== undefined && Date.parse(issued) < Date.parse(inForce)) {
      return `it is older (${issued}) than the one in force (${inForce})`;
    }
    // In force, it would make all overlays until that date look older.
    if (Date.parse(issued) > now + largestLead) return `it was issued in the future (${issued}): check the clocks`;
    const loss = this.current && findIndexLoss(this.current, overlay);
    return loss === undefined ? overlay : `${loss}; if this is intended, restart the redirector with this overlay`;
  }
}
