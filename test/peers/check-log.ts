import assert from "node:assert/strict";
import type { AskedClass } from "../../routing/asked";
import { origin } from "./inventory";

/** What is read of a line that the redirector logs. */
interface Logged {
  readonly class: AskedClass | "refused";
  readonly status: number;
  readonly mirror?: string;
}

/** Any IPv4 address, and what every short form of an IPv6 address holds; times have single colons. */
const address = /\b\d{1,3}(\.\d{1,3}){3}\b|::/;

/** What is known by its digest, or by a checksum that the origin publishes. */
const mirrored: readonly string[] = ["blob", "file"] satisfies AskedClass[];

function checkLine(line: string, contentFrom: string): AskedClass | "refused" {
  assert.doesNotMatch(line, address, "no client's address is logged");
  const { class: asked, status, mirror } = JSON.parse(line) as Logged;
  if (asked === "ping") {
    assert.equal(status, 200, `200 was due: ${line}`);
    return asked;
  }
  // Lists come from the redirector itself; of referrers, where the registry knows how to list them.
  const isList = asked === "tag-list" || (asked === "referrers" && status === 200);
  const due = isList ? 200 : 307;
  const from = mirrored.includes(asked) ? contentFrom : origin;
  assert.deepEqual({ status, mirror }, { status: due, mirror: from }, `${due} by ${from} was due: ${line}`);
  return asked;
}

/**
 * Checks what the redirector logged of one client's work: content came from where it should, and everything that
 * vouches for it (manifests, tags, referrers, signatures, checksums) came from the origin.
 *
 * @param contentFrom the mirror that blobs and files come from
 * @param asks what the client must have asked for, or nothing was proved
 * @throws AssertionError where it is otherwise, or where an address is logged
 */
export function checkLog(lines: readonly string[], contentFrom: string, asks: readonly AskedClass[]): void {
  const asked = new Set(lines.map((line) => checkLine(line, contentFrom)));
  for (const one of asks) assert.ok(asked.has(one), `the client never asked for a ${one}: ${[...asked].join(", ")}`);
}
