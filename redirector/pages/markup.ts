import { escapeMarkup } from "../../document/escape-markup";

/** A piece of HTML that is safe to insert into a page. `html` creates it. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A template's value: strings and numbers are escaped; `undefined` is empty. */
export type Part = string | number | Markup | readonly Markup[] | undefined;

/**
 * Control characters, line separators, and format characters, which are invisible or change the direction of the text around
 * them (Unicode Standard Annex 9, section 2): a name must not change how its neighbours read, nor look like another name.
 * The two joiners are allowed: some scripts cannot be written without them.
 */
const disallowed = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A text as HTML, for content and for quoted attributes. Disallowed characters become U+FFFD. */
function escapeHtml(text: string): string {
  return escapeMarkup(text.replace(disallowed, "\ufffd"));
}

function renderPart(part: Part): string {
  if (part === undefined) return "";
  if (part instanceof Markup) return part.text;
  if (typeof part === "object") return part.map(({ text }) => text).join("");
  return escapeHtml(String(part));
}

/** An HTML template: its own text stays as it is, and its values are escaped unless they are markup. Attributes must be quoted. */
export function html(literals: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(literals.reduce((text, next, index) => text + renderPart(parts[index - 1]) + next));
}

/** A text as a link if the URL is a web address; otherwise the text alone. */
export function link(url: string, text: string): Markup {
  return /^https?:\/\//i.test(url) ? html`<a href="${url}">${text}</a>` : html`${text}`;
}
