/** The name of a repository (OCI distribution specification, "Pulling manifests"). */
const name = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/;
/** Clients limit a name, with its registry, to 255 characters (the same section). */
const longest = 255;

/** Whether a text is the name of a repository, or of a part of one. */
export function isRepositoryName(text: string): boolean {
  return text.length <= longest && name.test(text);
}
