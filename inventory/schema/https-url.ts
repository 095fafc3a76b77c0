import { findPageUrlProblem } from "../../networks/find-url-problem";
import { checkedText } from "./checked-text";

/** The URL of a page; it becomes a `Location` header. */
export const httpsUrl = checkedText(
  findHttpsProblem,
  /^https:\/\/[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:[0-9]+)?([/?#].*)?$/,
).meta({
  title: "https URL",
});

function findHttpsProblem(text: string): string | undefined {
  return text.startsWith("http://") ? "the URL is not https" : findPageUrlProblem(text)?.message;
}
