const units = ["B", "kB", "MB", "GB", "TB", "PB"] as const;

/** A number of bytes for people, in powers of ten, with two or three digits: `512 B`, `1.5 MB`, `320 GB`. */
export function formatBytes(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1_000;
    unit++;
  }
  return `${unit > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}
