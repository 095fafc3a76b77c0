import { scoreCvss } from "../../../promotion/policy/vulnerabilities/cvss-score";
import { readScan } from "../../../promotion/policy/vulnerabilities/read-scan";
import { readSeverity } from "../../../promotion/policy/vulnerabilities/read-severity";
import {
  readVulnerabilityDocument,
  readVulnerabilityPredicate,
} from "../../../promotion/policy/vulnerabilities/read-vulnerability-report";

/** CVSS v3.1 examples (`https://www.first.org/cvss/v3.1/examples`) and the specification's extremes. */
test.each([
  ["CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1],
  ["CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", 6.4],
  ["CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N", 3.1],
  ["CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", 7.5],
  ["CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8],
  ["CVSS:3.0/AV:L/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H", 7.8],
  ["CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 10],
  ["CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 0],
  ["CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H", undefined],
  ["CVSS:3.1/AV:X/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", undefined],
  ["CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", undefined],
  ["", undefined],
])("%s scores %p", (vector, score) => {
  expect(scoreCvss(vector)).toBe(score);
});

test.each([
  ["CRITICAL", "critical"],
  ["Negligible", "low"],
  ["moderate", "medium"],
  ["7.5", "high"],
  ["10.0", "critical"],
  [3.9, "low"],
  [0, "none"],
  ["UNKNOWN", undefined],
  ["11", undefined],
  [Number.NaN, undefined],
  [null, undefined],
])("%p is %p", (value, severity) => {
  expect(readSeverity(value)).toBe(severity);
});

const vector = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N";

test.each<[string, unknown, readonly [string, string][]]>([
  [
    "in-toto's list",
    [{ id: "A", severity: [{ method: "x", score: "4.0" }, { score: "low" }] }, { id: "B" }],
    [
      ["A", "medium"],
      ["B", "critical"],
    ],
  ],
  [
    "OSV-Scanner",
    {
      results: [
        {
          packages: [
            {
              vulnerabilities: [
                { id: "A", severity: [{ type: "CVSS_V3", score: vector }] },
                { id: "B", database_specific: { severity: "LOW" } },
                { id: "C", severity: [{ type: "CVSS_V4", score: "CVSS:4.0/AV:N" }] },
                { id: "D", withdrawn: "2026-01-01T00:00:00Z" },
                { id: "E" },
              ],
              groups: [
                { ids: ["C"], max_severity: "5.3" },
                { ids: ["E"], max_severity: "" },
              ],
            },
          ],
        },
      ],
    },
    [
      ["A", "high"],
      ["B", "low"],
      ["C", "medium"],
      ["E", "critical"],
    ],
  ],
  ["OSV records", { vulns: [{ id: "A", severity: null }] }, [["A", "critical"]]],
  [
    "Trivy",
    {
      SchemaVersion: 2,
      Results: [
        { Target: "x" },
        {
          Vulnerabilities: [
            { VulnerabilityID: "A", Severity: "HIGH" },
            { VulnerabilityID: "B", Severity: "UNKNOWN" },
          ],
        },
      ],
    },
    [
      ["A", "high"],
      ["B", "critical"],
    ],
  ],
  ["Trivy without findings", { SchemaVersion: 2 }, []],
  [
    "Grype",
    { matches: [{ vulnerability: { id: "A", severity: "Negligible" } }, { vulnerability: { id: "B" } }] },
    [
      ["A", "low"],
      ["B", "critical"],
    ],
  ],
])("the output of %s is read", (_, value, expected) => {
  expect(readScan(value)?.map(({ id, severity }) => [id, severity])).toEqual(expected);
});

test.each([null, "text", {}, { results: "none" }, { matches: [{}] }, [{ severity: [] }]])(
  "%j is no report",
  (value) => {
    expect(readScan(value)).toBeUndefined();
  },
);

test("a report has a date", () => {
  const metadata = { scanFinishedOn: "2026-11-20T10:00:00Z" };
  const made = new Date("2026-11-20T10:00:00Z");
  expect(readVulnerabilityPredicate({ scanner: { result: [] }, metadata })).toEqual({ vulnerabilities: [], made });
  expect(readVulnerabilityPredicate({ scanner: { result: [] }, metadata: {} })).toBeUndefined();
  expect(readVulnerabilityDocument({ results: [] }, "yesterday")).toBeUndefined();
});
