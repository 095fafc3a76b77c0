/** The fewest characters of a name: a single one means nothing in a resource's name or a log. */
const fewest = 2;

/**
 * Why a text is not a name; `undefined` if it is one. A name is a key of the inventory that becomes part of resource names
 * and of Terraform addresses: lower-case letters, digits and hyphens.
 *
 * @param most characters
 */
export function nameDoubt(text: string, most = Number.POSITIVE_INFINITY): string | undefined {
  const strange = [...new Set(text.replace(/[a-z0-9-]/g, ""))]
    .slice(0, 3)
    .map((character) => JSON.stringify(character));
  if (text === "") return "a name is missing here";
  if (strange.length > 0) return `a name has only lower-case letters, digits and hyphens, not ${strange.join(", ")}`;
  if (!/^[a-z]/.test(text)) return `"${text}" does not begin with a letter`;
  if (text.length < fewest) return `"${text}" is too short: a name has at least ${fewest} characters`;
  if (text.length > most) return `"${text}" has ${text.length} characters, and at most ${most} are allowed here`;
  return text.endsWith("-") ? `"${text}" ends with a hyphen` : undefined;
}
