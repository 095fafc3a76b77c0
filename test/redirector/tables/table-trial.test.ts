import { trialDoubt } from "../../../redirector/tables/table-trial";
import type { RoutingTableContent, TableMirror } from "../../../routing/routing-table";
import { madeMirror, madeReplica, madeTable, origin } from "../../routing/handmade-table";

const europe = { "198.51.100.0/24": { provider: "aws", region: "eu" }, "2001:db8::/32": { provider: "aws" } };

function doubtOf(mirrors: readonly TableMirror[], changes: Partial<RoutingTableContent> = {}): string | undefined {
  return trialDoubt(madeTable(mirrors, europe, changes));
}

test("a table by which every class of request is answered may be in force", () => {
  expect(doubtOf([madeMirror("aws/eu", { region: "eu" })])).toBeUndefined();
  expect(doubtOf([], { hosts: [] })).toBeUndefined();
});

test.each<[string, TableMirror[], string]>([
  ["no files", [madeReplica(origin, { files: undefined as never })], "https://dl.example.org/"],
  ["no registry", [madeMirror(origin)], "https://registry.example.org/v2/trial/manifests/"],
  ["no blobs", [madeReplica(origin, { blobs: undefined as never })], "https://registry.example.org/v2/trial/blobs/"],
])("an origin with %s, which hosts serve, is a doubt, also where a mirror has them", (_, mirrors, where) => {
  const doubt = doubtOf([...mirrors, madeReplica("aws/eu", { region: "eu", complete: true })]);
  expect(doubt).toContain(where);
  expect(doubt).toContain(" cannot be answered with it: ");
});

test("files are tried below a path that the host has", () => {
  const hosts = [{ name: "dl.example.org", serves: ["files" as const], paths: [{ path: "release", at: "" }] }];
  expect(doubtOf([madeReplica(origin, { files: undefined as never })], { hosts })).toContain("/release/");
});
