import type { ImageReference } from "../stores/registry/image-reference";

/** The name of a base, for a label. Uses the tag if there is one, because the digest has its own label. */
export function nameBase({ host, name, tag, digest }: ImageReference): string {
  return `${host}/${name}${tag === undefined ? `@${digest}` : `:${tag}`}`;
}
