/**
 * The condition, in CEL, that an object's name matches a pattern. IAM has no patterns, only beginnings, ends and extracts (IAM,
 * "Attribute reference for IAM conditions"): of a pattern with `*`, what is before the first and after the last one is compared.
 *
 * @param pattern a path in which `*` stands for any characters; without `/`, it names the last part of a path in any folder
 */
export function nameCondition(bucket: string, pattern: string): string {
  const objects = `projects/_/buckets/${bucket}/objects/`;
  const parts = pattern.split("*");
  const [before = "", after = ""] = [parts[0], parts.at(-1)];
  const isWhole = parts.length === 1;
  if (pattern.includes("/")) {
    if (isWhole) return `resource.name == ${quote(objects + pattern)}`;
    return join(startsWith(objects + before), endsWith(after));
  }
  if (isWhole) return join(startsWith(objects), endsWith(`/${pattern}`));
  const hasPart = before === "" ? "" : `resource.name.extract(${quote(`{folder}/${before}`)}) != ""`;
  return join(startsWith(objects), hasPart, endsWith(after));
}

function startsWith(text: string): string {
  return `resource.name.startsWith(${quote(text)})`;
}

function endsWith(text: string): string {
  return text === "" ? "" : `resource.name.endsWith(${quote(text)})`;
}

function join(...conditions: readonly string[]): string {
  return conditions.filter((condition) => condition !== "").join(" && ");
}

/** A CEL string has JSON's escapes (CEL specification, "String and bytes values"). */
function quote(text: string): string {
  return JSON.stringify(text);
}
