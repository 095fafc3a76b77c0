/** A tag (OCI distribution specification, "Pulling manifests"); `\w` is ASCII. */
const tag = /^\w[\w.-]{0,127}$/;

/** Whether a text is a tag. */
export function isTag(text: string): boolean {
  return tag.test(text);
}
