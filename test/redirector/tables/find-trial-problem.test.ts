import { findTrialProblem } from "../../../redirector/tables/find-trial-problem";
import type { RoutingTableContent, TableMirror } from "../../../routing/routing-table";
import { madeMirror, madeReplica, madeTable, origin } from "../../routing/handmade-table";

const europe = { "198.51.100.0/24": { provider: "aws", region: "eu" }, "2001:db8::/32": { provider: "aws" } };

function problemOf(mirrors: readonly TableMirror[], changes: Partial<RoutingTableContent> = {}): string | undefined {
  return findTrialProblem(madeTable(mirrors, europe, changes));
}

test("a table that answers every class of request has no problem", () => {
  expect(problemOf([madeMirror("aws/eu", { region: "eu" })])).toBeUndefined();
  expect(problemOf([], { hosts: [] })).toBeUndefined();
});

test.each<[string, TableMirror[], string]>([
  ["no files", [madeReplica(origin, { files: undefined as never })], "https://dl.example.org/"],
  ["no registry", [madeMirror(origin)], "https://registry.example.org/v2/trial/manifests/"],
  ["no blobs", [madeReplica(origin, { blobs: undefined as never })], "https://registry.example.org/v2/trial/blobs/"],
])("an origin with %s, which hosts serve, is a problem, even if a mirror has them", (_, mirrors, where) => {
  const problem = problemOf([...mirrors, madeReplica("aws/eu", { region: "eu", complete: true })]);
  expect(problem).toContain(where);
  expect(problem).toContain(" cannot be answered with this table: ");
});

test("files are tried below a path of the host", () => {
  const hosts = [{ name: "dl.example.org", serves: ["files" as const], paths: [{ path: "release", at: "" }] }];
  expect(problemOf([madeReplica(origin, { files: undefined as never })], { hosts })).toContain("/release/");
});
