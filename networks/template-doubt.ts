import type { UrlDoubt } from "./host-doubt";
import { urlDoubt } from "./url-doubt";

/** Examples of what may fill a placeholder and change the URL's shape: a name, nothing, a directory. */
const fillings = ["x", "", "x/"];

/**
 * What is wrong with a URL template that must have one placeholder and may have others; `undefined` if nothing. Callers of
 * the redirector choose what fills placeholders. So each must appear once, after the slash that ends the host, and the
 * template must lead to the same origin whatever fills it.
 */
export function templateDoubt(template: string, required: string, optional: readonly string[]): UrlDoubt | undefined {
  return placeholderDoubt(template, required, optional) ?? authorityDoubt(template) ?? filledDoubt(template);
}

function placeholderDoubt(template: string, required: string, optional: readonly string[]): UrlDoubt | undefined {
  const names = [required, ...optional];
  const known = names.map((name) => `{${name}}`).join(" and ");
  const placeholders = [...template.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1] ?? "");
  const unknown = placeholders.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    return { message: `there is no placeholder {${unknown}} here`, fix: `Known here: ${known}.` };
  }
  if (/[{}]/.test(template.replace(/\{[^{}]*\}/g, ""))) {
    return { message: "a brace has no partner", fix: `Placeholders are written ${known}.` };
  }
  const repeated = placeholders.find((name, index) => placeholders.indexOf(name) !== index);
  if (repeated !== undefined) {
    return { message: `{${repeated}} appears twice here`, fix: "Keep one of the two." };
  }
  if (placeholders.includes(required)) return undefined;
  const message = `the template lacks {${required}}, so every address would be the same`;
  return { message, fix: `Add {${required}} where it belongs.` };
}

function authorityDoubt(template: string): UrlDoubt | undefined {
  const [, authority, behind] = /^https?:\/\/([^/?#]*)(.?)/s.exec(template) ?? [];
  if (authority === undefined || authority === "") return undefined;
  if (/[{}]/.test(authority)) {
    const fix = "Callers choose what fills it: write a slash after the host, and put the placeholder into the path.";
    return { message: "there is a placeholder in the host", fix };
  }
  if (behind === "/") return undefined;
  return { message: "there is no slash after the host", fix: "Write the template as https://host/…." };
}

function filledDoubt(template: string): UrlDoubt | undefined {
  for (const filling of fillings) {
    const doubt = urlDoubt(template.replace(/\{[^{}]*\}/g, filling));
    if (doubt !== undefined) return doubt;
  }
  return undefined;
}
