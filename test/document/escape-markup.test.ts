import { escapeMarkup } from "../../document/escape-markup";

test.each([
  ["plain text", "plain text"],
  [`<a href="b">'c' & d</a>`, "&lt;a href=&quot;b&quot;&gt;&#39;c&#39; &amp; d&lt;/a&gt;"],
  ["&amp;", "&amp;amp;"],
])("%j is %s", (text, escaped) => {
  expect(escapeMarkup(text)).toBe(escaped);
});
