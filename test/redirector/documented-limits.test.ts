import { readFileSync } from "node:fs";
import { join } from "node:path";
import { mostRedirects } from "../../networks/is-redirect";
import { largestPage, largestReading } from "../../redirector/lists/fetch-list";
import { listLimit } from "../../redirector/lists/origin-lists";
import { failuresToOpen, longestWait, shortestWait } from "../../redirector/presence/circuit-breaker";
import { checkInterval } from "../../redirector/presence/mirror-checks";
import { defaultBudget } from "../../redirector/presence/mirror-presence";
import { connectingBudgets, questionLimit } from "../../redirector/presence/mirror-question";
import { mostQuestionsOfMirror } from "../../redirector/presence/mirror-questions";
import { believedFor, checkedAgainAfter, mostOfNetwork, mostRemembered } from "../../redirector/presence/object-memory";
import { sampleInterval } from "../../redirector/presence/object-questions";
import { mostInProgress, questionRates } from "../../redirector/presence/question-budget";
import { longestPause, shortestPause } from "../../redirector/presence/question-pause";
import { longestTarget } from "../../routing/asked";
import { mostListed } from "../../routing/mirror-list";

const page = readFileSync(join(__dirname, "../../docs/redirector.md"), "utf8");
const [, limits = ""] = /^## Limits$([\s\S]*?)^## /m.exec(page) ?? [];
const rows = limits.split("\n").filter((line) => line.startsWith("|"));

const count = (number: number): string => number.toLocaleString("en");

/** A time in milliseconds as the page writes it. */
function duration(milliseconds: number): string {
  const units = [
    [3_600_000, "h"],
    [60_000, "min"],
    [1_000, "s"],
  ] as const;
  const [size, unit] = units.find(([each]) => milliseconds >= each && milliseconds % each === 0) ?? [1, "ms"];
  return `${milliseconds / size} ${unit}`;
}

const mebibytes = (bytes: number): string => `${bytes / 1024 / 1024} MiB`;

/** Whether a row has a value that is not a part of a longer number. */
function isIn(row: string, value: string): boolean {
  return new RegExp(`(?<![\\d.,])${value.replaceAll(".", "\\.")}(?![\\d])`).test(row);
}

const { network, all } = questionRates;
const { held, absent, unreachable } = mostRemembered;

test.each([
  ["the request target", [`${count(longestTarget)} characters`]],
  ["a client's wait", [duration(defaultBudget)]],
  [
    "a check of a mirror",
    [duration(questionLimit), duration(connectingBudgets * defaultBudget), `${mostQuestionsOfMirror} at a time`],
  ],
  [
    "presence checks that clients cause",
    [network.burst, network.perSecond, mostInProgress, all.burst, all.perSecond].map(count),
  ],
  ["redirects of mirrors", [`${mostRedirects}, over https`]],
  ["a page of a list of tags", [mebibytes(largestPage), mebibytes(largestReading), duration(listLimit)]],
  ["lists of mirrors", [`best ${mostListed} mirrors`]],
  [
    "remembered answers of mirrors",
    [
      ...[held, absent, unreachable, mostOfNetwork].map(count),
      ...[believedFor.held, believedFor.absent, believedFor.unreachable, checkedAgainAfter].map(duration),
    ],
  ],
  ["a sample", [`every ${duration(sampleInterval)}`]],
  ["a mirror that asks for fewer requests", [duration(shortestPause), duration(longestPause)]],
  ["a breaker", [`${failuresToOpen} failures`, duration(shortestWait), duration(longestWait)]],
  ["a health check", [`every ${duration(checkInterval)}`]],
])("the table of limits has the code's numbers: %s", (_, values) => {
  expect(rows.filter((row) => values.every((value) => isIn(row, value)))).toHaveLength(1);
});

test("the page has the code's times for late answers", () => {
  const [late = "", lateAtFirst = ""] = [defaultBudget, connectingBudgets * defaultBudget].map(duration);
  const answers = page.split("\n").filter((line) => line.startsWith("| anything, but later"));
  expect(answers).toHaveLength(1);
  for (const value of [late, lateAtFirst]) expect(isIn(answers[0] ?? "", value)).toBe(true);
});
