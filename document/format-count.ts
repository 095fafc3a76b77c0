/** A number with what it counts: `1 mirror`, `2 mirrors`. */
export function formatCount(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
