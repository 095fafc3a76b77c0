import type { Piece } from "./read-verified";

/** What a piece costs besides its bytes: its object and its hash, in bytes. Sources that send single bytes stay within the bound too. */
const overhead = 512;

/** One reader of a window. */
export class WindowReader {
  /** The position of the piece that it takes next, from 0. */
  next: number;
  /** Continues a `take` that waits for a piece. */
  wake: (() => void) | undefined;

  constructor(next: number) {
    this.next = next;
  }
}

/**
 * The pieces that a source has delivered and that some reader still needs. The writer waits while the window is full. Readers that hold
 * it up are detached by `detachSlowest`: they no longer count, and read for themselves.
 */
export class SharedWindow {
  readonly #capacity: number;
  readonly #keepsAll: boolean;
  readonly #pieces = new Map<number, Piece>();
  readonly #readers = new Set<WindowReader>();
  #first = 0;
  #end = 0;
  #held = 0;
  #hasEnded = false;
  #hasFailed = false;
  #continueWriting: (() => void) | undefined;
  /** Called whenever it may have changed whether a reader waits while the window is full. */
  onChange: () => void = () => {};

  /**
   * @param capacity bytes
   * @param keepsAll whether all pieces together fit, so that none is forgotten: readers can begin again
   */
  constructor(capacity: number, keepsAll: boolean) {
    this.#capacity = capacity;
    this.#keepsAll = keepsAll;
  }

  /** The memory in use, in bytes. */
  get held(): number {
    return this.#held;
  }

  /** Whether a reader waits for a piece that the writer cannot add. */
  get isHeldUp(): boolean {
    return this.#continueWriting !== undefined && [...this.#readers].some(({ wake }) => wake !== undefined);
  }

  /** Adds a reader from the first piece. @returns undefined if that piece is gone, or will not come */
  attach(): WindowReader | undefined {
    if (this.#first > 0 || this.#hasFailed || (this.#hasEnded && !this.#keepsAll)) return undefined;
    const reader = new WindowReader(0);
    this.#readers.add(reader);
    return reader;
  }

  /** The reader no longer needs anything. */
  detach(reader: WindowReader): void {
    this.#readers.delete(reader);
    wake(reader);
    this.#trim();
  }

  /** Whether anybody needs, or may need, what the writer adds. */
  get isNeeded(): boolean {
    return this.#keepsAll || this.#readers.size > 0;
  }

  /**
   * Detaches the readers that need the oldest piece, and those that are behind by more than half the window: they would be next.
   *
   * @returns them, each with the piece from which it continues on its own
   */
  detachSlowest(): { readonly reader: WindowReader; readonly piece: Piece }[] {
    const newest = this.#pieces.get(this.#end - 1)?.from ?? 0;
    const detached = [];
    for (const reader of this.#readers) {
      const piece = this.#pieces.get(reader.next);
      if (!piece || (reader.next > this.#first && newest - piece.from <= this.#capacity / 2)) continue;
      this.#readers.delete(reader);
      detached.push({ reader, piece });
    }
    this.#trim();
    return detached;
  }

  /** Adds a piece, once there is room for it. One piece always has room. */
  async add(piece: Piece): Promise<void> {
    const cost = piece.bytes.length + overhead;
    while (!this.#keepsAll && this.#held > 0 && this.#held + cost > this.#capacity) {
      await new Promise<void>((resolve) => {
        this.#continueWriting = resolve;
        this.onChange();
      });
    }
    this.#pieces.set(this.#end++, piece);
    this.#held += cost;
    this.#wakeAll();
    this.#trim();
  }

  /** There are no more pieces. @param hasFailed whether some are missing */
  end(hasFailed: boolean): void {
    this.#hasEnded = true;
    this.#hasFailed = hasFailed;
    this.#wakeAll();
  }

  /** The next piece of a reader; it stays until `advance`. @returns "end" after the last one, "wait" if it is not here yet */
  peek(reader: WindowReader): Piece | "end" | "wait" {
    const piece = this.#pieces.get(reader.next);
    if (piece) return piece;
    return this.#hasEnded && reader.next === this.#end ? "end" : "wait";
  }

  advance(reader: WindowReader): void {
    reader.next++;
    this.#trim();
  }

  /** Waits until there may be another piece for the reader. */
  async wait(reader: WindowReader): Promise<void> {
    await new Promise<void>((resolve) => {
      reader.wake = resolve;
      this.onChange();
    });
  }

  #wakeAll(): void {
    for (const reader of this.#readers) wake(reader);
    this.onChange();
  }

  /** Forgets the pieces that all readers have taken. */
  #trim(): void {
    if (this.#keepsAll) return;
    let oldest = this.#end;
    for (const { next } of this.#readers) oldest = Math.min(oldest, next);
    if (oldest === this.#first) return;
    for (; this.#first < oldest; this.#first++) {
      this.#held -= (this.#pieces.get(this.#first)?.bytes.length ?? 0) + overhead;
      this.#pieces.delete(this.#first);
    }
    this.#proceed();
  }

  #proceed(): void {
    const proceed = this.#continueWriting;
    this.#continueWriting = undefined;
    proceed?.();
    this.onChange();
  }
}

function wake(reader: WindowReader): void {
  const proceed = reader.wake;
  reader.wake = undefined;
  proceed?.();
}
