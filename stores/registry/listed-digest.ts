/** What a registry lists about a digest. */
export interface ListedDigest {
  readonly tags: readonly string[];
  /** Bytes of the image, if the registry reports them. An index has none: what is listed of it is not its images' size. */
  readonly size: number | undefined;
}
