import { describeFailureCode, describeFetchFailure } from "../../networks/describe-fetch-failure";

const refused = Object.assign(new Error("connect ECONNREFUSED 192.0.2.1:443"), { code: "ECONNREFUSED" });

test.each<[string, unknown, string, string]>([
  ["an error", refused, refused.message, "ECONNREFUSED"],
  ["an error without a code", new Error("too many redirects"), "too many redirects", "too many redirects"],
  ["a code without a message", Object.assign(new Error(""), { code: "ECONNRESET" }), "ECONNRESET", "ECONNRESET"],
  ["several addresses", new AggregateError([refused, new Error("other")]), refused.message, "ECONNREFUSED"],
  ["fetch", new TypeError("fetch failed", { cause: refused }), refused.message, "ECONNREFUSED"],
  [
    "fetch, and several addresses",
    new TypeError("fetch failed", { cause: new AggregateError([refused]) }),
    refused.message,
    "ECONNREFUSED",
  ],
  [
    "fetch, with an empty cause",
    new TypeError("fetch failed", { cause: new Error("") }),
    "fetch failed",
    "fetch failed",
  ],
  ["a value that is not an error", "broken", "broken", "broken"],
])("%s", (_, error, words, code) => {
  expect(describeFetchFailure(error)).toBe(words);
  expect(describeFailureCode(error)).toBe(code);
});
