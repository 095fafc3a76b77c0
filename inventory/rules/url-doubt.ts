import { uriCharacter } from "../uri-character";

/** What is wrong with a URL, and the way out. */
export interface UrlDoubt {
  readonly message: string;
  readonly wayOut: string;
}

/** 127.0.0.0/8 (RFC 1122, section 3.2.1.3), ::1 and localhost: where a test's servers are. */
const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Nothing but what a URI may hold. */
const uri = new RegExp(`^https?://${uriCharacter}+$`);

/**
 * What speaks against a URL to which clients are sent, or from which lists are fetched; `undefined` if nothing. It is
 * https (on loopback also http), and has no credentials and no fragment.
 */
export function urlDoubt(text: string): UrlDoubt | undefined {
  const url = uri.test(text) && URL.canParse(text) ? new URL(text) : undefined;
  const wayOut = "Write it as https://host/path.";
  if (url === undefined) return { message: `"${text}" is no http or https URL`, wayOut };
  if (url.username !== "" || url.password !== "") {
    return { message: "a URL with a user or a password in it would be shown to everybody", wayOut: "Take them out." };
  }
  if (url.protocol !== "https:" && !loopback.test(url.hostname)) {
    return {
      message: `"${text}" is not https`,
      wayOut: "Use https: on http, anybody on the way can change the answer.",
    };
  }
  if (text.includes("#")) return { message: "a fragment (#…) is never sent to a server", wayOut: "Take it out." };
  return undefined;
}

/** The placeholders of a template: `digest` for `{digest}`. */
function placeholdersOf(template: string): string[] {
  return [...template.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1] ?? "");
}

/** What speaks against a URL template that must hold one placeholder and may hold others; `undefined` if nothing. */
export function templateDoubt(template: string, required: string, optional: readonly string[]): UrlDoubt | undefined {
  const known = [required, ...optional].map((name) => `{${name}}`).join(" and ");
  const placeholders = placeholdersOf(template);
  const unknown = placeholders.find((name) => name !== required && !optional.includes(name));
  if (unknown !== undefined) {
    return { message: `there is no placeholder {${unknown}} here`, wayOut: `Known here: ${known}.` };
  }
  const filled = template.replace(/\{[^{}]*\}/g, "x");
  if (/[{}]/.test(filled)) return { message: "a brace has no partner", wayOut: `Placeholders are written ${known}.` };
  if (/^[^/]*\/\/[^/?#]*[{}]/.test(template)) {
    return {
      message: "a placeholder stands in the host",
      wayOut: "Clients choose what fills it: put it into the path.",
    };
  }
  if (!placeholders.includes(required)) {
    const message = `the template lacks {${required}}, so every address would be the same`;
    return { message, wayOut: `Add {${required}} where it belongs.` };
  }
  return urlDoubt(filled);
}
