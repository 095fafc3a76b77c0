/** Whether an image's digest is a placeholder (all zeros). */
export function isStandInImage(image: string): boolean {
  return /@sha256:0{64}$/.test(image);
}
