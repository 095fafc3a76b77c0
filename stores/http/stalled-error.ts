import { TransientError } from "../store-error";

/** A connection on which nothing moved for a while, in either direction: such a transfer is worth one more attempt. */
export class StalledError extends TransientError {
  constructor(host: string, patience: number) {
    super(`${host} stalled: nothing was sent or received for ${Math.ceil(patience / 1000)} seconds`);
  }
}
