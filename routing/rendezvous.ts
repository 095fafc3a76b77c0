/** Fowler, Noll and Vo's 1a hash of 32 bits (RFC 9923), finished with MurmurHash3's mixer, so that every bit counts. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) state = Math.imul(state ^ text.charCodeAt(index), 0x01000193);
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return (state ^ (state >>> 16)) >>> 0;
}

/**
 * A mirror's score for one client and object by weighted rendezvous hashing (the logarithmic method of Schindelhauer
 * and Schomaker, 2005): the highest score of all mirrors wins. Each mirror wins its weight's share, the same client and
 * object always meet the same one, and a mirror that comes or goes moves only the share that it takes or had.
 *
 * @param weight above 0
 */
export function rendezvousScore(mirror: string, client: string, object: string, weight: number): number {
  return -weight / Math.log((hash(`${mirror}\n${client}\n${object}`) + 0.5) / 2 ** 32);
}
