import { Readable } from "node:stream";

/**
 * The pieces of a generator as a stream that holds at most one of them. Unlike `Readable.from`, destroying it takes effect at once, even
 * while the generator waits.
 *
 * @param onDestroy called once, when nobody reads any more: also after the last piece
 */
export function streamPieces(pieces: AsyncGenerator<Buffer>, onDestroy: () => void): Readable {
  return new Readable({
    highWaterMark: 1,
    read() {
      pieces.next().then(
        ({ done, value }) => this.push(done ? null : value),
        (error: Error) => this.destroy(error),
      );
    },
    destroy(error, done) {
      onDestroy();
      pieces.return(undefined).catch(() => {});
      done(error);
    },
  });
}
