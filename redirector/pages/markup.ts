import { escapeMarkup } from "../../document/escape-markup";

/** A piece of HTML that is safe to put into a page as it is. `html` makes it. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What a template takes: texts and numbers are escaped; nothing stands for an empty text. */
export type Part = string | number | Markup | readonly Markup[] | undefined;

/**
 * Control characters, separators of lines, and format characters, which turn the direction of the text around them
 * (Unicode Standard Annex 9, section 2) or are not seen: a name must not rewrite how its neighbours read, nor look like
 * another. The two joiners stay: some scripts cannot be written without them.
 */
const disturbing = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A text as HTML, fit for content and for quoted attributes. What disturbs becomes U+FFFD. */
function escapeHtml(text: string): string {
  return escapeMarkup(text.replace(disturbing, "\ufffd"));
}

function textOf(part: Part): string {
  if (part === undefined) return "";
  if (part instanceof Markup) return part.text;
  if (typeof part === "object") return part.map(({ text }) => text).join("");
  return escapeHtml(String(part));
}

/**
 * A template of HTML: what is written in it stays, what is put into it is escaped unless it is markup itself. Attributes
 * must be quoted.
 */
export function html(written: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(written.reduce((text, next, index) => text + textOf(parts[index - 1]) + next));
}

/** A text as a link, where it is a web address; else the text alone. */
export function link(url: string, text: string): Markup {
  return /^https?:\/\//i.test(url) ? html`<a href="${url}">${text}</a>` : html`${text}`;
}
