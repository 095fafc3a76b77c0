import type { Endpoints } from "../../routing/endpoints";
import type { TableMirror } from "../../routing/routing-table";

/** Whether a mirror has no address yet to which clients could be sent. */
export function isUndeployed({
  planned,
  registry,
  blobs,
  files,
}: Pick<TableMirror, "planned" | keyof Endpoints>): boolean {
  return planned !== undefined && registry === undefined && blobs === undefined && files === undefined;
}
