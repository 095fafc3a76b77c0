import type { Socket } from "node:net";

/** When bytes arrive at the other end. */
export interface Delay {
  /** Milliseconds. */
  readonly delay: number;
  /** Milliseconds from now until the first byte may arrive. */
  readonly first: number;
}

/** Bytes that are on their way in one direction of a connection, at most: with 20 ms, 400 MB a second. */
const window = 8 * 1024 * 1024;

/** Passes on what one socket receives to another, some time later, in order. */
export function delayedPipe(from: Socket, to: Socket, { delay, first }: Delay, note: (bytes: Buffer) => void): void {
  const opened = performance.now() + first;
  const waiting: { readonly bytes: Buffer | undefined; readonly due: number }[] = [];
  let onTheWay = 0;
  let timer: NodeJS.Timeout | undefined;

  const flow = () => {
    if (onTheWay + to.writableLength < window) from.resume();
    else from.pause();
  };
  const deliver = () => {
    timer = undefined;
    const now = performance.now();
    for (let next = waiting[0]; next && next.due <= now; next = waiting[0]) {
      waiting.shift();
      onTheWay -= next.bytes?.length ?? 0;
      if (next.bytes) to.write(next.bytes);
      else to.end();
    }
    const [next] = waiting;
    if (next) timer = setTimeout(deliver, Math.max(1, next.due - now));
    flow();
  };
  const send = (bytes: Buffer | undefined) => {
    if (to.destroyed) return;
    const due = delay === 0 && first === 0 ? 0 : Math.max(performance.now() + delay, opened);
    waiting.push({ bytes, due });
    onTheWay += bytes?.length ?? 0;
    if (due === 0) deliver();
    else timer ??= setTimeout(deliver, Math.max(1, due - performance.now()));
    flow();
  };

  from.on("data", (bytes) => {
    note(bytes);
    send(bytes);
  });
  from.on("end", () => send(undefined));
  to.on("drain", flow);
  to.on("close", () => clearTimeout(timer));
}
