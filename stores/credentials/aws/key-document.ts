import { z } from "zod";
import type { AwsKeys } from "../credentials";
import type { Expiring } from "../keep-until-expiry";
import { expiryAt, isoTime, readSecretAnswer, secretText } from "../read-secret-answer";

const keyDocument = z.object({
  AccessKeyId: secretText,
  SecretAccessKey: secretText,
  Token: secretText,
  Expiration: isoTime,
});

/** Reads keys as the metadata services of EC2 and of containers send them (EC2, "Retrieve security credentials"). @throws StoreError */
export function readKeyDocument(text: string, name: string): Expiring<AwsKeys> {
  const { AccessKeyId, SecretAccessKey, Token, Expiration } = readSecretAnswer(text, keyDocument, name);
  return {
    value: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: Token },
    until: expiryAt(Expiration),
  };
}
