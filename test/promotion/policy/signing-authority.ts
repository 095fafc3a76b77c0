import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { der } from "./der";

interface Pair {
  readonly privateKey: KeyObject;
  readonly spki: Buffer;
}

function createPair(): Pair {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return { privateKey, spki: publicKey.export({ type: "spki", format: "der" }) };
}

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest();
const ecdsa = der.sequence(der.oid("1.2.840.10045.4.3.2"));
const minutes = (count: number) => count * 60_000;

function nameOf(text: string): Buffer {
  return text === "" ? der.sequence() : der.sequence(der.set(der.sequence(der.oid("2.5.4.3"), der.text(text))));
}

function extension(oid: string, value: Uint8Array, isCritical = false): Buffer {
  return der.sequence(der.oid(oid), ...(isCritical ? [der.yes()] : []), der.octets(value));
}

function pem(certificate: Buffer): string {
  const lines = certificate.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

/** Who signs, and when. */
export interface Identity {
  /** A URL. */
  readonly subject: string;
  readonly issuer: string;
  /** When the certificate is issued; it is valid for ten minutes. */
  readonly issued?: Date;
  /** When the log takes the signature. @default a minute later */
  readonly logged?: Date;
  /** @default it is logged */
  readonly isLogged?: boolean;
  /** @default the certificate is logged */
  readonly hasSct?: boolean;
}

/** What a signer gets: the material with which a signature can be verified. */
export interface SignedMaterial {
  readonly signature: Buffer;
  readonly certificate: Buffer;
  readonly pem: string;
  readonly logEntry: LogEntry | undefined;
}

interface LogEntry {
  readonly body: string;
  readonly integratedTime: number;
  readonly logIndex: number;
  readonly logID: string;
  readonly signedEntryTimestamp: string;
  readonly checkpoint: string;
  readonly rootHash: string;
  readonly kind: string;
}

/** A certificate authority and logs like Sigstore's, in a few lines: it issues certificates to anyone, and logs everything. */
export class SigningAuthority {
  readonly #root = createPair();
  readonly #certificateLog = createPair();
  readonly #log = createPair();
  readonly #rootCertificate = this.#issueRoot();

  #issueRoot(): Buffer {
    const keyId = sha256(this.#root.spki).subarray(0, 20);
    const name = nameOf("test root");
    const extensions = [
      extension("2.5.29.15", der.bits(Buffer.from([0x06]), 1), true),
      extension("2.5.29.19", der.sequence(der.yes()), true),
      extension("2.5.29.14", der.octets(keyId)),
    ];
    const validity = [new Date("2020-01-01T00:00:00Z"), new Date("2049-01-01T00:00:00Z")] as const;
    return this.#certify(this.#tbs(name, name, this.#root.spki, validity, extensions));
  }

  #tbs(
    issuer: Buffer,
    subject: Buffer,
    spki: Buffer,
    [from, until]: readonly [Date, Date],
    extensions: readonly Buffer[],
  ): Buffer {
    const validity = der.sequence(der.time(from), der.time(until));
    const version = der.tagged(0xa0, der.integer(2));
    const listed = der.tagged(0xa3, der.sequence(...extensions));
    return der.sequence(version, der.integer(1), ecdsa, issuer, validity, subject, spki, listed);
  }

  #certify(tbs: Buffer): Buffer {
    return der.sequence(tbs, ecdsa, der.bits(sign("sha256", tbs, this.#root.privateKey)));
  }

  /** A certificate for a key, as Fulcio issues it. */
  #issue(spki: Buffer, { subject, issuer, issued = now, hasSct = true }: Identity): Buffer {
    const extensions = [
      extension("2.5.29.35", der.sequence(der.tagged(0x80, sha256(this.#root.spki).subarray(0, 20)))),
      extension("2.5.29.17", der.sequence(der.tagged(0x86, Buffer.from(subject))), true),
      extension("1.3.6.1.4.1.57264.1.8", der.text(issuer)),
    ];
    const validity = [issued, new Date(issued.getTime() + minutes(10))] as const;
    const create = (more: readonly Buffer[]) =>
      this.#tbs(nameOf("test root"), nameOf(""), spki, validity, [...extensions, ...more]);
    if (!hasSct) return this.#certify(create([]));
    return this.#certify(create([this.#promiseCertificate(create([]), issued)]));
  }

  /** RFC 6962, section 3.2. */
  #promiseCertificate(tbs: Buffer, issued: Date): Buffer {
    const time = Buffer.alloc(8);
    time.writeBigInt64BE(BigInt(issued.getTime()));
    const length = Buffer.alloc(3);
    length.writeUIntBE(tbs.length, 0, 3);
    const entry = Buffer.concat([sha256(this.#root.spki), length, tbs]);
    const signed = Buffer.concat([Buffer.from([0, 0]), time, Buffer.from([0, 1]), entry, Buffer.from([0, 0])]);
    const signature = sign("sha256", signed, this.#certificateLog.privateKey);
    const sct = Buffer.concat([
      Buffer.from([0]),
      sha256(this.#certificateLog.spki),
      time,
      Buffer.from([0, 0, 4, 3, 0, signature.length]),
      signature,
    ]);
    const list = Buffer.concat([Buffer.from([0, sct.length + 2, 0, sct.length]), sct]);
    return extension("1.3.6.1.4.1.11129.2.4.2", der.octets(list));
  }

  /** Signs bytes with a new key. @param bodyOf what the log keeps of it */
  #sign(
    message: Buffer,
    identity: Identity,
    bodyOf: (signature: Buffer, key: string) => { readonly kind: string; readonly spec: object },
  ): SignedMaterial {
    const { privateKey, spki } = createPair();
    const signature = sign("sha256", message, privateKey);
    const certificate = this.#issue(spki, identity);
    const { isLogged = true, issued = now } = identity;
    const entry = { apiVersion: "0.0.1", ...bodyOf(signature, Buffer.from(pem(certificate)).toString("base64")) };
    const logged = identity.logged ?? new Date(issued.getTime() + minutes(1));
    const logEntry = isLogged ? this.#enter(entry, logged) : undefined;
    return { signature, certificate, pem: pem(certificate), logEntry };
  }

  /** An entry of a log with nothing else in it (RFC 6962, section 2.1; C2SP, tlog-checkpoint.md). */
  #enter(entry: { readonly kind: string }, time: Date): LogEntry {
    const bytes = Buffer.from(JSON.stringify(entry));
    const body = bytes.toString("base64");
    const key = sha256(this.#log.spki);
    const facts = { body, integratedTime: Math.floor(time.getTime() / 1000), logID: key.toString("hex"), logIndex: 0 };
    const rootHash = sha256(Buffer.concat([Buffer.from([0]), bytes])).toString("base64");
    const note = `${logHost} - 1\n1\n${rootHash}\n`;
    const noteSignature = Buffer.concat([key.subarray(0, 4), sign("sha256", Buffer.from(note), this.#log.privateKey)]);
    return {
      ...facts,
      kind: entry.kind,
      rootHash,
      checkpoint: `${note}\n\u2014 ${logHost} ${noteSignature.toString("base64")}\n`,
      signedEntryTimestamp: sign("sha256", Buffer.from(JSON.stringify(facts)), this.#log.privateKey).toString("base64"),
    };
  }

  /** Signs a payload. */
  signPayload(payload: Buffer, identity: Identity): SignedMaterial {
    return this.#sign(payload, identity, (signature, content) => ({
      kind: "hashedrekord",
      spec: {
        data: { hash: { algorithm: "sha256", value: sha256(payload).toString("hex") } },
        signature: { content: signature.toString("base64"), publicKey: { content } },
      },
    }));
  }

  /** Signs an envelope with a statement. */
  signStatement(payload: Buffer, identity: Identity): SignedMaterial & { readonly envelope: object } {
    const payloadType = "application/vnd.in-toto+json";
    const head = Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `);
    const material = this.#sign(Buffer.concat([head, payload]), identity, (signature, verifier) => ({
      kind: "dsse",
      spec: {
        payloadHash: { algorithm: "sha256", value: sha256(payload).toString("hex") },
        signatures: [{ signature: signature.toString("base64"), verifier }],
      },
    }));
    const signatures = [{ keyid: "", sig: material.signature.toString("base64") }];
    return { ...material, envelope: { payloadType, payload: payload.toString("base64"), signatures } };
  }

  /** What has to be trusted to verify all that. */
  get trustedRoot(): string {
    const start = "2020-01-01T00:00:00Z";
    const log = (baseUrl: string, { spki }: Pair) => ({
      baseUrl,
      hashAlgorithm: "SHA2_256",
      publicKey: {
        rawBytes: spki.toString("base64"),
        keyDetails: "PKIX_ECDSA_P256_SHA_256",
        validFor: { start },
      },
      logId: { keyId: sha256(spki).toString("base64") },
    });
    const certificates = [{ rawBytes: this.#rootCertificate.toString("base64") }];
    return JSON.stringify({
      mediaType: "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
      tlogs: [log(`https://${logHost}`, this.#log)],
      certificateAuthorities: [
        {
          subject: { organization: "test", commonName: "test root" },
          uri: "https://authority.example.org",
          certChain: { certificates },
          validFor: { start },
        },
      ],
      ctlogs: [log("https://certificates.example.org", this.#certificateLog)],
      timestampAuthorities: [],
    });
  }
}

const logHost = "log.example.org";
/** When everything is signed, unless a test says otherwise. */
export const now = new Date("2026-11-25T12:00:00Z");

/** The material of a signature as a bundle of version 0.3. */
export function bundleOf({ certificate, logEntry }: SignedMaterial, content: object): object {
  const entries = logEntry === undefined ? [] : [entryOf(logEntry)];
  return {
    mediaType: "application/vnd.dev.sigstore.bundle.v0.3+json",
    verificationMaterial: {
      certificate: { rawBytes: certificate.toString("base64") },
      tlogEntries: entries,
      timestampVerificationData: { rfc3161Timestamps: [] },
    },
    ...content,
  };
}

function entryOf({ body, integratedTime, logID, signedEntryTimestamp, checkpoint, rootHash, kind }: LogEntry): object {
  return {
    logIndex: "0",
    logId: { keyId: Buffer.from(logID, "hex").toString("base64") },
    kindVersion: { kind, version: "0.0.1" },
    integratedTime: String(integratedTime),
    inclusionPromise: { signedEntryTimestamp },
    inclusionProof: { logIndex: "0", rootHash, treeSize: "1", hashes: [], checkpoint: { envelope: checkpoint } },
    canonicalizedBody: body,
  };
}

/** The material of a signature as cosign's annotations. */
export function annotationsOf({ signature, pem: certificate, logEntry }: SignedMaterial): Record<string, string> {
  const { body, integratedTime, logIndex, logID, signedEntryTimestamp } = logEntry ?? {};
  const Payload = { body, integratedTime, logIndex, logID };
  return {
    "dev.cosignproject.cosign/signature": signature.toString("base64"),
    "dev.sigstore.cosign/certificate": certificate,
    "dev.sigstore.cosign/chain": "",
    ...(logEntry && {
      "dev.sigstore.cosign/bundle": JSON.stringify({ SignedEntryTimestamp: signedEntryTimestamp, Payload }),
    }),
  };
}

/** The PEM of the key that belongs to a private key. */
export function publicPem(privateKey: KeyObject): string {
  return createPublicKey(privateKey).export({ type: "spki", format: "pem" }).toString();
}
