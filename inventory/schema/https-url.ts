import { pageUrlDoubt } from "../../networks/url-doubt";
import { judgedText } from "./judged-text";

/** It becomes a `Location` header. */
export const httpsUrl = judgedText(httpsDoubt, /^https:\/\/[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:[0-9]+)?([/?#].*)?$/).meta({
  title: "https URL",
});

function httpsDoubt(text: string): string | undefined {
  return text.startsWith("http://") ? "the URL is not https" : pageUrlDoubt(text)?.message;
}
