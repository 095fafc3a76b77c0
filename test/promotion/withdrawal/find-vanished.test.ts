import { findUnneeded } from "../../../promotion/withdrawal/find-unneeded";
import { findVanished } from "../../../promotion/withdrawal/find-vanished";
import { digestOf, file, image, ledger, mentions, withdrawn } from "./small-ledger";

const places = {
  nameOf: (_: "images" | "files", _project: string, path: string) => path.replace(/^app\//, ""),
  fileOf: () => "promotions/app/withdrawn.yaml",
};
const why = ["  reason: WHY", "  date: 2026-11-26"];

function find(of: ReturnType<typeof ledger>, promised: readonly string[], entries: readonly string[] = [], more = {}) {
  return findVanished(
    of,
    { withdrawn: withdrawn(...entries), mentions: mentions(promised, more) },
    places,
    "2026-11-26",
  );
}

describe("what vanished", () => {
  const known = ledger(
    [image({ digest: "1", tags: ["v1", "latest"] }), image({ digest: "2", tags: ["v2"] })],
    [file("v1/tool")],
  );

  test("is an error with the lines to add", () => {
    expect(find(known, ["app/a@1", "app/a:latest"])).toEqual([
      {
        kind: "vanished",
        severity: "error",
        project: "app",
        message: `app/a:v1, app/a@${digestOf("2")}, v1/tool were promoted, and no manifest names them any more: a line that only vanishes withdraws nothing`,
        fix: "Put it back, or add these lines to promotions/app/withdrawn.yaml, with a reason:",
        paste: {
          file: "promotions/app/withdrawn.yaml",
          lines: [
            "images:",
            "- name: a",
            '  tags: ["v1"]',
            ...why,
            "- name: a",
            `  digest: "${digestOf("2")}"`,
            ...why,
            "files:",
            "- name: v1/tool",
            ...why,
          ],
        },
      },
    ]);
  });

  test.each<[string, readonly string[], readonly string[], object]>([
    ["all of it is promised", ["app/a@1", "app/a:v1", "app/a:latest", "app/a@2", "app/a:v2", "/v1/tool"], [], {}],
    ["the rest is withdrawn", ["app/a@1", "app/a:latest"], ["app/a:v1", "app/a@2", "/v1/tool"], {}],
    [
      "a tag moved to another digest",
      ["app/a@1", "app/a@2", "app/a:v1", "app/a:v2", "app/a:latest", "/v1/tool"],
      [],
      {},
    ],
    ["the project has errors", [], [], { unclear: new Set(["app"]) }],
  ])("is nothing if %s", (_case, promised, entries, more) => {
    expect(find(known, promised, entries, more)).toEqual([]);
  });

  test("leaves out the head of a list that is there", () => {
    const [finding] = find(known, ["app/a@1", "app/a:v1", "app/a:latest", "/v1/tool"], ["app/x:v9"]);
    expect(finding?.paste?.lines[0]).toBe("- name: a");
  });
});

test("an entry for what is not promoted is a warning, where the ledger is complete", () => {
  const known = { ...ledger([image({ digest: "1", tags: ["v1"] })]), covered: ["app"] };
  const find = (...names: readonly string[]) => findUnneeded(known, withdrawn(...names));
  expect(find("app/a@1", "app/a:v1")).toEqual([]);
  expect(find("app/a@1", "app/a:v2", "/x")).toMatchObject([
    {
      kind: "unneeded",
      severity: "warning",
      message:
        "withdrawn.yaml names app/a:v2 and 1 other artifact of app: not promoted; it never was, or it is gone from all mirrors",
    },
  ]);
  expect(findUnneeded({ ...known, covered: [] }, withdrawn("app/a@9"))).toEqual([]);
});
