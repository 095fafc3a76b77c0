import { z } from "zod";
import { parseBoundedJson } from "../parse-bounded-json";

/** What an attestation states about its subjects: a predicate of a type. */
export interface Statement {
  readonly predicateType: string;
  readonly predicate: unknown;
  /** SHA-256 in hexadecimal. */
  readonly subjects: readonly string[];
}

/** The payload type of in-toto's statements (in-toto attestation framework, "Envelope"). */
export const statementType = "application/vnd.in-toto+json";

/** in-toto attestation framework, "Statement", versions 0.1 and 1. */
const shape = z.object({
  _type: z.enum(["https://in-toto.io/Statement/v0.1", "https://in-toto.io/Statement/v1"]),
  subject: z.array(z.object({ digest: z.record(z.string(), z.string()) })).max(1_000),
  predicateType: z.string().min(1).max(500),
  predicate: z.unknown().optional(),
});

/** Reads a statement. @returns undefined if it is none */
export function readStatement(payload: Buffer): Statement | undefined {
  const { data } = shape.safeParse(parseBoundedJson(payload));
  if (!data) return undefined;
  const subjects = data.subject.flatMap(({ digest }) => digest.sha256 ?? []);
  return { predicateType: data.predicateType, predicate: data.predicate, subjects };
}
