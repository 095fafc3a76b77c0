import type { FileTarget, RegistryTarget } from "./target";

/**
 * How a plan names what is copied from a mirror's own store, the origin's: `HOST/ROOT/REPOSITORY` of an image, or the bucket's URL and
 * the object's name of a file.
 *
 * @param name the repository below the registry's root, or the file's path
 */
export function sourceAt(target: RegistryTarget | FileTarget, name: string): string {
  if (target.kind === "files") return `${target.bucket.url}/${target.keyOf(name)}`;
  return [target.host, ...(target.root === "" ? [] : [target.root]), name].join("/");
}
