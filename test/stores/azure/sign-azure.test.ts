import { createHmac } from "node:crypto";
import { createAzureSigner } from "../../../stores/azure/sign-azure";
import { bodyOf, type Outgoing } from "../../../stores/http/exchange";

const key = Buffer.from("a key of an account");
const more = { "x-ms-version": "2023-11-03", "x-ms-date": "Thu, 26 Nov 2026 00:00:00 GMT" };
const sign = createAzureSigner("donor", key.toString("base64"), () => more);

/** The texts are written by the rules of "Authorize with Shared Key": method, eleven headers, x-ms headers, resource, query. */
test.each<[what: string, outgoing: Outgoing, text: readonly string[]]>([
  [
    "a listing",
    {
      method: "GET",
      url: new URL("https://donor.blob.core.windows.net/mirror?restype=container&comp=list&prefix=a%2Fb%20c"),
    },
    [
      "GET",
      ...Array(11).fill(""),
      "x-ms-date:Thu, 26 Nov 2026 00:00:00 GMT",
      "x-ms-version:2023-11-03",
      "/donor/mirror",
      "comp:list",
      "prefix:a/b c",
      "restype:container",
    ],
  ],
  [
    "a conditional write at Azurite, which has the account in its paths",
    {
      method: "PUT",
      url: new URL("http://127.0.0.1:10000/donor/mirror/a%20b/c.txt"),
      headers: {
        "If-None-Match": "*",
        "content-md5": "bWQ1",
        "content-type": "text/plain",
        "x-ms-blob-type": "BlockBlob",
      },
      body: bodyOf(Buffer.from("content")),
    },
    [
      "PUT",
      "",
      "",
      "7",
      "bWQ1",
      "text/plain",
      "",
      "",
      "",
      "*",
      "",
      "",
      "x-ms-blob-type:BlockBlob",
      "x-ms-date:Thu, 26 Nov 2026 00:00:00 GMT",
      "x-ms-version:2023-11-03",
      "/donor/donor/mirror/a%20b/c.txt",
    ],
  ],
  [
    "an empty body, whose length is not signed",
    { method: "PUT", url: new URL("https://donor.blob.core.windows.net/mirror/empty"), body: bodyOf(Buffer.alloc(0)) },
    [
      "PUT",
      ...Array(11).fill(""),
      "x-ms-date:Thu, 26 Nov 2026 00:00:00 GMT",
      "x-ms-version:2023-11-03",
      "/donor/mirror/empty",
    ],
  ],
])("%s", async (_, outgoing, text) => {
  const signature = createHmac("sha256", key).update(text.join("\n")).digest("base64");
  expect(await sign(outgoing)).toEqual({
    ...outgoing,
    headers: { ...outgoing.headers, ...more, authorization: `SharedKey donor:${signature}` },
  });
});
