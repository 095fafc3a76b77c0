const units: Readonly<Record<string, number>> = { kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

/** The bytes of a size such as `1.5 GB`, in powers of ten. @throws Error if it is none */
export function parseSize(text: string): number {
  const [number = "", unit = ""] = text.split(" ");
  const bytes = Math.round(Number(number) * (units[unit] ?? Number.NaN));
  if (Number.isNaN(bytes)) throw new Error(`${text} is not a size`);
  return bytes;
}
