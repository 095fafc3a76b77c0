import { AssembledRedirector } from "../../lambdas/redirector/assembled-redirector";
import { blob } from "../routing/asking";
import { madeMirror, madeTable } from "../routing/handmade-table";

const minute = 60_000;
const canary = { blob: { name: "pause", digest: `sha256:${"c".repeat(64)}` } };

test("a complete mirror that was left alone gets its clients back where only requests drive checks", async () => {
  let isIll = true;
  const mirrors = jest.spyOn(globalThis, "fetch").mockImplementation(async () => {
    return new Response(null, { status: isIll ? 500 : 206 });
  });
  let now = Date.now();
  const near = madeMirror("local/near", { region: "here", complete: true });
  const table = madeTable([near], { "127.0.0.0/8": { provider: "local", region: "here" } }, { canary });
  const { redirector } = new AssembledRedirector(table, {
    clientAddress: { from: "socket" },
    presence: "ask",
    logShare: 0,
    ownPages: false,
    frozen: true,
    clock: () => now,
    write: (bytes, done) => done(null, bytes.length),
  });
  const request = { method: "GET", target: blob(1), host: "registry.example.org", peer: "127.0.0.1" };

  /** Whether a client is sent to the mirror; a minute passes, and what was asked is answered. */
  async function isSentThere(): Promise<boolean> {
    const { headers } = await redirector.handle({ ...request, header: () => undefined });
    for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
    now += minute;
    return headers.Location?.includes("near") === true;
  }

  while (await isSentThere());
  isIll = false;
  for (let count = 0; count < 10 && !(await isSentThere()); count++);
  expect(await isSentThere()).toBe(true);
  mirrors.mockRestore();
});
