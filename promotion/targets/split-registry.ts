/**
 * Splits a registry's address into its host and the path before every repository.
 *
 * @param address `HOST[:PORT][/PATH]`
 */
export function splitRegistry(address: string): { readonly host: string; readonly root: string } {
  const [host = "", ...path] = address.replace(/\/+$/, "").split("/");
  return { host, root: path.join("/") };
}
