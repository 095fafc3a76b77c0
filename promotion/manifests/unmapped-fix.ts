/** How a destination that is not a mirror gets mirrors. */
export function unmappedFix(destination: string): string {
  return `Map ${JSON.stringify(destination)} in promotion.destinations of the inventory to mirrors, or to [] if it no longer exists.`;
}
