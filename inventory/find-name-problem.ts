/** Minimum length: one letter is meaningless in a resource name or a log. */
const fewestCharacters = 2;

/**
 * Why a string is not a name; `undefined` if it is one. A name is a key of the inventory that becomes part of resource names
 * and of Terraform addresses: lower-case letters, digits and hyphens.
 *
 * @param most characters
 */
export function findNameProblem(text: string, most = Number.POSITIVE_INFINITY): string | undefined {
  const others = [...new Set(text.replace(/[a-z0-9-]/g, ""))].slice(0, 3).map((character) => JSON.stringify(character));
  if (text === "") return "the name is missing";
  if (others.length > 0) return `a name has only lower-case letters, digits and hyphens, not ${others.join(", ")}`;
  if (!/^[a-z]/.test(text)) return `"${text}" does not begin with a letter`;
  if (text.length < fewestCharacters)
    return `"${text}" is too short: a name has at least ${fewestCharacters} characters`;
  if (text.length > most) return `"${text}" has ${text.length} characters, and at most ${most} are allowed here`;
  return text.endsWith("-") ? `"${text}" ends with a hyphen` : undefined;
}
