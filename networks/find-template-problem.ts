import type { UrlProblem } from "./find-host-problem";
import { findUrlProblem } from "./find-url-problem";

/** Placeholder values that change the URL's shape: a name, nothing, a directory. */
const fillings = ["x", "", "x/"];

/**
 * Returns the problem with a URL template (one required, other optional placeholders), if any. Callers of
 * the redirector choose the values of placeholders. So each must appear once, after the slash that ends the host, and
 * the template must lead to the same origin for all values.
 */
export function findTemplateProblem(
  template: string,
  required: string,
  optional: readonly string[],
): UrlProblem | undefined {
  return (
    findPlaceholderProblem(template, required, optional) ??
    findAuthorityProblem(template) ??
    findFilledProblem(template)
  );
}

function findPlaceholderProblem(
  template: string,
  required: string,
  optional: readonly string[],
): UrlProblem | undefined {
  const names = [required, ...optional];
  const known = names.map((name) => `{${name}}`).join(" and ");
  const placeholders = [...template.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1] ?? "");
  const unknown = placeholders.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    return { message: `{${unknown}} is not a placeholder here`, fix: `Use ${known}.` };
  }
  if (/[{}]/.test(template.replace(/\{[^{}]*\}/g, ""))) {
    return { message: "a brace is not matched", fix: `Write placeholders as ${known}.` };
  }
  const repeated = placeholders.find((name, index) => placeholders.indexOf(name) !== index);
  if (repeated !== undefined) {
    return { message: `{${repeated}} appears twice here`, fix: "Keep one of the two." };
  }
  if (placeholders.includes(required)) return undefined;
  const message = `the template lacks {${required}}, so all URLs would be the same`;
  return { message, fix: `Add {${required}} to the path.` };
}

function findAuthorityProblem(template: string): UrlProblem | undefined {
  const [, authority, next] = /^https?:\/\/([^/?#]*)(.?)/s.exec(template) ?? [];
  if (authority === undefined || authority === "") return undefined;
  if (/[{}]/.test(authority)) {
    const fix = "Clients choose its value: write a slash after the host, and put the placeholder into the path.";
    return { message: "there is a placeholder in the host", fix };
  }
  if (next === "/") return undefined;
  return { message: "there is no slash after the host", fix: "Write the template as https://host/…." };
}

function findFilledProblem(template: string): UrlProblem | undefined {
  for (const filling of fillings) {
    const problem = findUrlProblem(template.replace(/\{[^{}]*\}/g, filling));
    if (problem !== undefined) return problem;
  }
  return undefined;
}
