import { readFileSync } from "node:fs";
import { join } from "node:path";
import { mostRedirects } from "../../networks/is-redirect";
import { mostEntries } from "../../networks/readers/read-lines";
import { staleAfterDays } from "../../networks/stale-after";
import { sizeLimitBytes, sourceTimeoutMilliseconds } from "../../networks/update-ranges";
import { shortestLengths } from "../../networks/usable-prefix";

const words = ["no", "one", "two", "three", "four", "five"];
const mebibyte = 1024 * 1024;

function page(name: string): string {
  return readFileSync(join(__dirname, "..", "..", "docs", name), "utf8").replace(/\s+/g, " ");
}

test.each([
  ["address-ranges.md", `${staleAfterDays} days`],
  ["address-ranges.md", `${words[mostRedirects]} redirects`],
  ["address-ranges.md", `${words[sourceTimeoutMilliseconds / 60_000]} minutes`],
  ["address-ranges.md", `${sizeLimitBytes.other / mebibyte} MiB`],
  ["address-ranges.md", `${sizeLimitBytes.table / mebibyte} MiB`],
  ["address-ranges.md", `${mostEntries.toLocaleString("en-GB")} entries`],
  ["decisions/0003-address-data.md", `/${shortestLengths[32]} (IPv4) or /${shortestLengths[128]} (IPv6)`],
])("docs/%s says %s, as the code does", (name, limit) => {
  expect(page(name)).toContain(limit);
});
