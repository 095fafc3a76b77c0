import { compilePrefixTable } from "../networks/prefix-table";
import { encodeRoutingTable, type RoutingTable } from "./routing-table";

/**
 * The table in a Lambda's archive or an image, as bytes: the project's hosts and its origin, to which it sends all clients
 * until the live table is loaded. It has no other mirrors, networks or credits, so the program only changes with its code,
 * the hosts or the origin, never with a donation.
 *
 * It was issued in 1970, before every other table.
 */
export function fallbackTable({ content, origin }: RoutingTable): Uint8Array {
  const { canary, ...kept } = content;
  const { id, provider, registry, blobs, files, planned } = origin;
  return encodeRoutingTable(
    {
      ...kept,
      fallback: true,
      issued: new Date(0).toISOString(),
      prefixes: 0,
      ranges: [],
      mirrors: [
        {
          id,
          provider,
          state: "active",
          weight: 0,
          complete: true,
          trusted: true,
          primary: false,
          ...(registry !== undefined && { registry }),
          ...(blobs !== undefined && { blobs }),
          ...(files !== undefined && { files }),
          ...(planned && { planned }),
        },
      ],
      credits: {},
      networks: [],
    },
    compilePrefixTable([[]]).bytes,
  );
}
