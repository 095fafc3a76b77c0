import { Readable } from "node:stream";
import type { Sink } from "../../../promotion/transfer/copy-to-many";
import type { Body } from "../../../stores/http/exchange";
import { verifiedPieces } from "../../../stores/http/verified-chunks";

/** A sink that writes in pieces, as buckets do, and holds each until it has arrived. */
export class PieceSink implements Sink {
  /** The buffers that it holds, as it got them. */
  readonly held: Buffer[] = [];
  /** Bytes that it has got. */
  pulled = 0;
  /** Bytes that have arrived. */
  sent = 0;
  /** How many bytes it may hold at the moment. */
  permitted = Number.POSITIVE_INFINITY;
  readonly #turns: number;
  readonly #longest: number;
  readonly #onChange: () => void;

  /** @param turns of the event loop for each piece */
  constructor(
    readonly name: string,
    turns: number,
    longest: number,
    onChange: () => void,
  ) {
    this.#turns = turns;
    this.#longest = longest;
    this.#onChange = onChange;
  }

  async write(body: Body): Promise<void> {
    const watched = { ...body, open: () => Readable.from(this.#watch(body), { highWaterMark: 1 }) };
    const expected = { sha256: body.verified ?? "", name: this.name };
    for await (const { bytes } of verifiedPieces(watched, expected, { longest: this.#longest })) {
      for (let turn = 0; turn < this.#turns; turn++) await new Promise(setImmediate);
      this.sent += bytes.length;
      let left = this.pulled - this.sent;
      for (const chunk of this.held.splice(0).reverse()) {
        if (left > 0) this.held.unshift(chunk);
        left -= chunk.length;
      }
    }
  }

  async *#watch(body: Body): AsyncGenerator<Buffer> {
    for await (const chunk of body.open() as AsyncIterable<Buffer>) {
      this.pulled += chunk.length;
      this.held.push(chunk);
      this.permitted = body.mayHold?.() ?? this.permitted;
      this.#onChange();
      yield chunk;
    }
  }
}
