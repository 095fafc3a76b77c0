import assert from "node:assert/strict";
import type { AskedClass } from "../../routing/asked";
import { origin } from "./inventory";

/** The fields that are read from a line of the redirector's log. */
interface LogLine {
  readonly class: AskedClass | "refused";
  readonly status: number;
  readonly mirror?: string;
}

/** Any IPv4 address, or the `::` of a shortened IPv6 address; times have single colons only. */
const address = /\b\d{1,3}(\.\d{1,3}){3}\b|::/;

/** Classes that mirrors may serve, since a digest, or a checksum that the origin publishes, vouches for them. */
const mirroredClasses: readonly string[] = ["blob", "file"] satisfies AskedClass[];

function checkLine(line: string, contentFrom: string): AskedClass | "refused" {
  assert.doesNotMatch(line, address, "no client's address is logged");
  const { class: requested, status, mirror } = JSON.parse(line) as LogLine;
  if (requested === "ping") {
    assert.equal(status, 200, `expected 200: ${line}`);
    return requested;
  }
  // The redirector answers lists itself; lists of referrers only if the registry supports them.
  const isList = requested === "tag-list" || (requested === "referrers" && status === 200);
  const expectedStatus = isList ? 200 : 307;
  const expectedMirror = mirroredClasses.includes(requested) ? contentFrom : origin;
  assert.deepEqual(
    { status, mirror },
    { status: expectedStatus, mirror: expectedMirror },
    `expected ${expectedStatus} by ${expectedMirror}: ${line}`,
  );
  return requested;
}

/**
 * Checks the redirector's log of one client's requests: content came from the expected mirror, and everything that vouches
 * for it (manifests, tags, referrers, signatures, checksums) came from the origin.
 *
 * @param contentFrom the mirror that blobs and files come from
 * @param requests the classes that the client must have requested; otherwise the case proves nothing
 * @throws AssertionError if the log differs, or contains an address
 */
export function checkLog(lines: readonly string[], contentFrom: string, requests: readonly AskedClass[]): void {
  const found = new Set(lines.map((line) => checkLine(line, contentFrom)));
  for (const each of requests) {
    assert.ok(found.has(each), `the client did not request any ${each}, but only: ${[...found].join(", ")}`);
  }
}
