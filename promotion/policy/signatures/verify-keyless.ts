import { type Bundle, bundleFromJSON } from "@sigstore/bundle";
import { toSignedEntity, type Signer as VerifiedSigner, Verifier } from "@sigstore/verify";
import { printable } from "../../../document/printable";
import { createNamePattern } from "../name-pattern";
import type { KeylessSigner } from "../signer";
import type { SignatureCheck, SignedContent } from "./signed-content";
import { loadTrust } from "./trust";

/** Bundles have one entry and one timestamp, at most one of each log and authority. */
const mostEntries = 8;

/**
 * The names in a checkpoint's signatures, one of which the library compiles as a regular expression before it is verified: only letters
 * that mean themselves, so that none backtracks (C2SP, signed-note.md, "Signatures").
 */
const checkpointName = /\u2014 (\S+) \S+\n/g;
const plainName = /^[A-Za-z0-9._:/-]{1,255}$/;

/**
 * Verifies a signature with a certificate: its chain, that the certificate was logged, that the signature was logged or has a
 * timestamp while the certificate was valid, the signature itself, and who is named.
 *
 * @param signers one of whom must be named
 * @param trustedRoot as JSON. @default that of Sigstore's public instance
 * @throws StoreError if the trusted root is damaged
 */
export function verifyKeyless(
  { bundle: json, message }: SignedContent,
  signers: readonly KeylessSigner[],
  trustedRoot: string | undefined,
): SignatureCheck {
  const trust = loadTrust(trustedRoot);
  try {
    const bundle = bundleFromJSON(json);
    requireHarmless(bundle);
    const verified = new Verifier(trust).verify(toSignedEntity(bundle, message));
    return matchIdentity(verified, signers);
  } catch (error) {
    return { reason: explain(error) };
  }
}

function requireHarmless({ verificationMaterial }: Bundle): void {
  const { tlogEntries, timestampVerificationData } = verificationMaterial;
  const timestamps = timestampVerificationData?.rfc3161Timestamps.length ?? 0;
  if (tlogEntries.length > mostEntries || timestamps > mostEntries) throw new Error("it has too many log entries");
  for (const { inclusionProof } of tlogEntries) {
    const envelope = inclusionProof?.checkpoint?.envelope ?? "";
    for (const [, name = ""] of envelope.matchAll(checkpointName)) {
      if (!plainName.test(name)) throw new Error("the checkpoint of its log entry has a signature with a strange name");
    }
  }
}

function matchIdentity({ identity }: VerifiedSigner, signers: readonly KeylessSigner[]): SignatureCheck {
  const subject = identity?.subjectAlternativeName ?? "";
  const issuer = identity?.extensions?.issuer ?? "";
  const name = printable(`${subject} (${issuer})`);
  if (subject === "" || issuer === "") return { reason: "its certificate names nobody" };
  const vouched = signers.filter((signer) => signer.issuer === issuer);
  if (vouched.some((signer) => createNamePattern(signer.subject)(subject))) return { signer: name };
  const what = vouched.length > 0 ? "is not one of the signers" : "has an issuer that none of the signers has";
  return { reason: `it is by ${name}, which ${what}` };
}

/** The library's messages, for people. Its causes are nested. */
const words: readonly (readonly [RegExp, string])[] = [
  [
    /^expected \d+ timestamps, got 0$/,
    "it has neither a log entry nor a timestamp, so that nothing shows that it was made while its certificate was valid",
  ],
  [
    /^((tlog entry )?signature|digest|DSSE payload hash) mismatch$/,
    "its log entry is about other bytes, which were changed, or about another signature",
  ],
  [/^expected \d+ tlog entries, got 0$/, "it is not in the log of signatures"],
  [/^expected \d+ SCTs, got 0$/, "its certificate is not in the log of certificates"],
  [/^signature verification failed$/, "it does not belong to these bytes: they were changed, or another key signed"],
  [/^certificate is not valid or expired at the specified date$/, "its certificate was not valid when it was made"],
  [/^no (trusted|valid) certificate path found$/, "its certificate is not from a trusted authority"],
  [/^SCT verification failed$/, "the log of certificates did not sign its certificate"],
  [/^inclusion promise could not be verified$/, "its log entry is not signed by a trusted log"],
  [/^invalid checkpoint signature$/, "its log entry is not signed by a trusted log"],
];

function explain(error: unknown): string {
  const messages: string[] = [];
  for (let each: unknown = error; each instanceof Error && messages.length < 4; each = each.cause)
    messages.push(each.message);
  const innermost = messages.at(-1) ?? "unknown error";
  const known = words.find(([pattern]) => pattern.test(innermost))?.[1];
  return known ?? printable(`it cannot be verified: ${[...new Set(messages)].join(": ")}`.slice(0, 500));
}
