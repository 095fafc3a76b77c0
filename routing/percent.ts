/** A share from 0 to 1, for people. */
export function percent(share: number): string {
  return share < 0.0001 ? "less than 0.01 %" : `${(share * 100).toFixed(share < 0.1 ? 2 : 0)} %`;
}
