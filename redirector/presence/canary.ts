import type { RoutingTable, TableMirror } from "../../routing/routing-table";

/** The URL of the canary object at a mirror: its blob if the mirror has blobs, or else its file; undefined if it has neither. */
export function canaryUrl(table: RoutingTable, mirror: TableMirror): string | undefined {
  const { canary } = table.content;
  const urls = table.urlsOf(mirror);
  const blob = canary?.blob && urls.locate({ class: "blob", ...canary.blob });
  return blob ?? (canary?.file === undefined ? undefined : urls.locate({ class: "file", path: canary.file }));
}

/** The mirrors to check, with the canary's URL. Retired mirrors get no clients and need no checks. */
export function canaryTargets(
  table: RoutingTable,
): { readonly mirror: TableMirror; readonly url: string | undefined }[] {
  return table.content.mirrors
    .filter(({ state }) => state !== "retired")
    .map((mirror) => ({ mirror, url: canaryUrl(table, mirror) }));
}
