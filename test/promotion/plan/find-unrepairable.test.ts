import type { Ledger } from "../../../promotion/ledger/ledger";
import { findUnrepairable } from "../../../promotion/plan/find-unrepairable";
import type { ImagePlan, Plan } from "../../../promotion/plan/plan";
import type { Promoted } from "../../../promotion/promoted";

const [first, second, third] = ["a", "b", "c"].map((each) => `sha256:${each.repeat(64)}`) as [string, string, string];
const place = { file: "images.yaml", line: 1, column: 1 };
const promoted: Promoted = {
  projects: ["app"],
  images: [first, second].map((digest) => ({
    project: "app",
    source: "staging.example.org/app",
    repository: "app",
    digest,
    tags: digest === first ? ["v1"] : ["v2"],
    destinations: "all",
    place,
  })),
  files: [],
  withdrawn: [],
};
const ledger: Ledger = {
  format: 1,
  newest: 1,
  covered: ["app"],
  complete: {},
  images: [
    { project: "app", repository: "app", digest: first, tags: ["v1", "v1.0"], promotion: 1, manifests: [], blobs: [] },
  ],
  files: [],
};

function repair(image: Partial<ImagePlan>, tags: readonly string[]): Plan {
  const missing = [{ target: "aws/us registry", content: true, tags }];
  const base = { project: "app", source: "origin", repository: "app", digest: first, missing };
  return { format: 1, made: "", promise: "", repairs: true, images: [{ ...base, ...image }], files: [], findings: [] };
}

test.each<[string, Plan, Ledger | undefined, string[]]>([
  ["a promoted tag", repair({}, ["v1"]), ledger, []],
  ["a tag of an earlier promotion", repair({}, ["v1.0"]), ledger, []],
  ["another tag", repair({}, ["v2"]), ledger, [`no manifest promises app@${first} with the tag v2`]],
  [
    "a digest that was never promoted",
    repair({ digest: second }, ["v2"]),
    ledger,
    [`app@${second} was never promoted`],
  ],
  ["the same without a ledger", repair({ digest: second }, ["v2"]), undefined, []],
  ["a foreign digest", repair({ digest: third }, []), undefined, [`no manifest promises app@${third}`]],
  ["a signature", repair({ digest: third, attachedTo: first }, [`${first.replace(":", "-")}.sig`]), undefined, []],
  [
    "a signature under a release's tag",
    repair({ digest: third, attachedTo: first }, ["v1"]),
    undefined,
    [`no manifest promises app@${third} with the tag v1`],
  ],
])("%s", (_, plan, known, expected) => {
  expect(findUnrepairable(plan, promoted, known)).toEqual(expected);
});
