import { readPause } from "../../../stores/http/read-pause";

const now = Date.UTC(2026, 10, 25, 12, 0, 0);

test.each([
  ["nothing", {}, undefined],
  ["seconds", { "retry-after": "120" }, 120_000],
  ["no seconds", { "retry-after": "0" }, 0],
  ["a date", { "retry-after": "Wed, 25 Nov 2026 12:00:30 GMT" }, 30_000],
  ["a date of RFC 850", { "retry-after": "Wednesday, 25-Nov-26 12:00:30 GMT" }, 30_000],
  ["a past date", { "retry-after": "Wed, 21 Oct 2015 07:28:00 GMT" }, 0],
  ["a year", { "retry-after": "2027-01-01" }, undefined],
  ["a negative number", { "retry-after": "-1" }, undefined],
  ["words", { "retry-after": "soon" }, undefined],
  ["an absurd number", { "retry-after": "9".repeat(40) }, undefined],
  ["a window", { ratelimit: '"default";r=0;t=30' }, 30_000],
  ["a window of an earlier draft", { ratelimit: "limit=100, remaining=0, reset=7" }, 7_000],
  ["a window of the first drafts", { "ratelimit-remaining": "0", "ratelimit-reset": "9" }, 9_000],
  ["a window of Docker Hub, which does not say when it ends", { "ratelimit-limit": "100;w=21600" }, undefined],
  ["a time since 1970", { "ratelimit-reset": "1795000000" }, undefined],
  ["both", { "retry-after": "5", "ratelimit-reset": "60" }, 5_000],
])("%s", (_, headers, expected) => {
  expect(readPause(headers, now)).toBe(expected);
});
