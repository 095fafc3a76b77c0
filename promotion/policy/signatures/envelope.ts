import { z } from "zod";

/** A DSSE envelope with one signature, as JSON (secure-systems-lab/dsse, envelope.md). */
export interface Envelope {
  readonly payloadType: string;
  readonly payload: Buffer;
  readonly signature: Buffer;
}

const shape = z.object({
  payloadType: z.string().min(1).max(255),
  payload: z.string(),
  signatures: z.array(z.object({ sig: z.string().min(1) })).length(1),
});

/** Reads an envelope. @returns undefined if it is none, or has several signatures */
export function readEnvelope(value: unknown): Envelope | undefined {
  const { data } = shape.safeParse(value);
  if (!data) return undefined;
  const { payloadType, payload, signatures } = data;
  return {
    payloadType,
    payload: Buffer.from(payload, "base64"),
    signature: Buffer.from(signatures[0]?.sig ?? "", "base64"),
  };
}

/** The bytes that the signature of an envelope is about: its pre-authentication encoding (secure-systems-lab/dsse, protocol.md). */
export function encodeEnvelope({ payloadType, payload }: Pick<Envelope, "payloadType" | "payload">): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}
