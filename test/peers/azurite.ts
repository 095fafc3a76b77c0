import { randomBytes } from "node:crypto";
import { createAzureSigner } from "../../stores/azure/sign-azure";
import { findFreePort } from "./find-free-port";
import { type Program, startServer } from "./program";

/** A storage account in Azurite. */
export interface AzuriteAccount {
  readonly name: string;
  /** In Base64. */
  readonly key: string;
}

/** @param name 3 to 24 letters and digits */
export function createAzuriteAccount(name: string): AzuriteAccount {
  return { name, key: randomBytes(32).toString("base64") };
}

/** Starts Azurite's Blob service with one account. @param location for its files */
export async function startAzurite(path: string, location: string, { name, key }: AzuriteAccount): Promise<Program> {
  const port = String(await findFreePort());
  const args = ["--blobHost", "127.0.0.1", "--blobPort", port, "--location", location, "--skipApiVersionCheck"];
  const env = { ...process.env, AZURITE_ACCOUNTS: `${name}:${key}` };
  const ready = /listens on http:\/\/127\.0\.0\.1:(\d+)/;
  return startServer({ path, args: [...args, "--disableTelemetry"], env, ready });
}

/**
 * Sends a request about a container, with the account's key.
 *
 * @param base `http://HOST:PORT` of Azurite, or of a proxy before it
 * @throws Error for a status that is not one of success
 */
export async function askContainer(
  base: string,
  { name, key }: AzuriteAccount,
  method: "PUT" | "DELETE",
  container: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  const more = () => ({ "x-ms-version": "2023-11-03", "x-ms-date": new Date().toUTCString() });
  const url = new URL(`${base}/${name}/${container}?restype=container`);
  const signed = await createAzureSigner(name, key, more)({ method, url, headers });
  const response = await fetch(url, { method, headers: { ...signed.headers } });
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`);
}
