/** Fowler, Noll and Vo's 1a hash of 32 bits (RFC 9923), continued from an earlier state. */
function hash(state: number, text: string): number {
  let hashed = state;
  for (let index = 0; index < text.length; index++) hashed = Math.imul(hashed ^ text.charCodeAt(index), 0x01000193);
  return hashed;
}

/** MurmurHash3's mixer, so that all bits are mixed. @returns from 0 to 2^32 - 1 */
function mix(state: number): number {
  let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** The seed of a mirror's scores. */
export function rendezvousSeed(mirror: string): number {
  return hash(0x811c9dc5, `${mirror}\n`);
}

/**
 * A mirror's score for one client and object by weighted rendezvous hashing (the logarithmic method of Schindelhauer
 * and Schomaker, 2005): the highest score of all mirrors wins. Each mirror wins its weight's share, the same client and
 * object always get the same one, and adding or removing a mirror moves only its own share.
 *
 * @param seed the mirror's
 * @param weight above 0
 */
export function rendezvousScore(seed: number, client: string, object: string, weight: number): number {
  const hashed = mix(hash(hash(hash(seed, client), "\n"), object));
  return -weight / Math.log((hashed + 0.5) / 2 ** 32);
}
