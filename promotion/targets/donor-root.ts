/** Where an object of a donor's mirror is. */
export interface BelowRoot {
  /** With the placeholder `{key}`. */
  readonly url: string;
  /** Below the root, with the placeholder of the template: `images/{digest}`. */
  readonly key: string;
}

/** The folder of a URL's constant part, with a final slash. */
function folderOf(template: string): string {
  const [constant = ""] = template.split("{");
  return constant.slice(0, constant.lastIndexOf("/") + 1);
}

/**
 * Splits the URL of a donor's objects at the root of the mirror: the folder that all its URLs share. The paths of a donor's index are
 * below it, so that a donor can copy blobs and files to one directory and serve that.
 *
 * @param template of a URL: `https://mirror.example.org/images/{digest}`
 * @param others the other URLs of the mirror; those at other hosts have a root of their own
 */
export function splitAtDonorRoot(template: string, others: readonly string[]): BelowRoot {
  let root = folderOf(template);
  const { host } = new URL(root);
  for (const other of others.map(folderOf)) {
    if (new URL(other).host !== host) continue;
    while (!other.startsWith(root)) root = root.slice(0, root.lastIndexOf("/", root.length - 2) + 1);
  }
  const key = template.slice(root.length);
  // What is encoded, or follows a question mark, is no path of a file.
  if (/[%?#]/.test(key))
    return { url: template.replace(/\{[a-z]+\}/, "{key}"), key: /\{[a-z]+\}/.exec(key)?.[0] ?? "" };
  return { url: `${root}{key}`, key };
}
