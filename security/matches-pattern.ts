/** Whether a text matches a pattern in which `*` stands for any characters, none included, and `{a,b}` for a or b. */
export function matchesPattern(pattern: string, text: string): boolean {
  const escaped = pattern.replace(/[.+?^$()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
  const source = escaped.replace(/\{([^}]*)\}/g, (_, choices: string) => `(${choices.replaceAll(",", "|")})`);
  return new RegExp(`^${source}$`).test(text);
}
