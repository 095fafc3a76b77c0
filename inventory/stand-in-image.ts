/** Whether an image's digest is a placeholder: no content has a digest of zeros. */
export function isStandInImage(image: string): boolean {
  return /@sha256:0{64}$/.test(image);
}
