import type { IncomingHttpHeaders } from "node:http";
import { StoreError } from "../store-error";

/** The size of the whole object, from `Content-Range` or `Content-Length`. @throws StoreError if there is neither */
export function readSize(headers: IncomingHttpHeaders): number {
  const range = headers["content-range"];
  const text = range === undefined ? headers["content-length"] : /^bytes [0-9]+-[0-9]+\/([0-9]+)$/.exec(range)?.[1];
  if (text === undefined || !/^[0-9]{1,15}$/.test(text))
    throw new StoreError("the server does not send the object's size");
  return Number(text);
}
