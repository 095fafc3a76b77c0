import { once } from "node:events";
import { createServer, type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import { hideSecrets } from "../../../stores/http/hide-secrets";

const server = createServer((_, response) => response.end());
let url = "";

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => server.close());

async function answerTo(headers: Record<string, string>): Promise<IncomingMessage> {
  const [answer] = await once(request(url, { headers }).end(), "response");
  return answer.resume();
}

const login = Buffer.from("alice:hunter2:x").toString("base64");

test.each<[string, Record<string, string>, string, string]>([
  ["a token", { authorization: "Bearer abc.def" }, "bad token: Bearer abc.def", "bad token: Bearer ***"],
  ["a login", { authorization: `Basic ${login}` }, `Basic ${login} is alice:hunter2:x`, "Basic *** is ***"],
  ["a password", { authorization: `Basic ${login}` }, "wrong password hunter2:x", "wrong password ***"],
  ["a session's token", { "x-amz-security-token": "FwoGZXIvYXdz" }, "expired: FwoGZXIvYXdz", "expired: ***"],
  ["nothing to hide", {}, "it is denied", "it is denied"],
  ["a secret that is hardly one", { authorization: "Bearer a" }, "a name", "a name"],
])("%s", async (_, headers, text, expected) => {
  expect(hideSecrets(text, await answerTo(headers))).toBe(expected);
});
