/** Whether an image by digest only stands in for one: no content has the digest of zeros. */
export function isStandInImage(image: string): boolean {
  return /@sha256:0{64}$/.test(image);
}
