/**
 * The tags under which cosign keeps signatures, attestations and SBOMs: the digest of their subject with `-` in place of `:`, and
 * a suffix (sigstore/cosign, specs/SIGNATURE_SPEC.md, "Tag-based object discovery").
 */
const pattern = /^sha256-([a-f0-9]{64})\.(?:sig|att|sbom)$/;

/** The digest that a cosign tag belongs to. @returns undefined if it is another tag */
export function signedDigest(tag: string): string | undefined {
  const hexadecimal = pattern.exec(tag)?.[1];
  return hexadecimal && `sha256:${hexadecimal}`;
}

/**
 * The referrers tag of the OCI distribution specification 1.1 ("Referrers Tag Schema"), under which an index lists the
 * referrers of a digest where a registry has no API for them.
 */
const referrersPattern = /^sha256-([a-f0-9]{64})$/;

/** The digest whose referrers a tag lists. @returns undefined if it is another tag */
export function referredDigest(tag: string): string | undefined {
  const hexadecimal = referrersPattern.exec(tag)?.[1];
  return hexadecimal && `sha256:${hexadecimal}`;
}

/** Groups the cosign tags among a repository's tags by the digest that they belong to. */
export function groupSignatureTags(tags: Iterable<string>): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const tag of tags) {
    const digest = signedDigest(tag);
    if (digest === undefined) continue;
    const group = groups.get(digest);
    if (group) group.push(tag);
    else groups.set(digest, [tag]);
  }
  return groups;
}
