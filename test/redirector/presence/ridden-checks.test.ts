import { setTimeout as pause } from "node:timers/promises";
import { AssembledRedirector } from "../../../redirector/assembled-redirector";
import { blob } from "../../routing/asking";
import { madeMirror, madeTable } from "../../routing/handmade-table";
import { startMirror } from "../faulty-mirrors";
import { until } from "../until";

const minute = 60_000;
const canary = { blob: { name: "pause", digest: `sha256:${"c".repeat(64)}` } };

test("a complete mirror gets its clients back after an outage if only requests drive checks", async () => {
  const mirror = await startMirror("errors");
  let now = Date.now();
  const near = madeMirror("local/near", { region: "here", complete: true, blobs: `${mirror.base}/near/{digest}` });
  const table = madeTable([near], { "127.0.0.0/8": { provider: "local", region: "here" } }, { canary });
  const assembled = new AssembledRedirector(table, {
    clientAddress: { from: "socket" },
    presence: "ask",
    allowPrivateMirrors: true,
    logShare: 0,
    ownPages: false,
    frozen: true,
    clock: () => now,
    write: (bytes, done) => done(null, bytes.length),
  });
  const request = { method: "GET", target: blob(1), host: "registry.example.org", peer: "127.0.0.1" };

  /** Whether a client is sent to the mirror. A minute passes, and the questions to it are answered. */
  async function isSentThere(): Promise<boolean> {
    const { location } = await assembled.redirector.handle({ ...request, header: () => undefined });
    await pause(20);
    await until(async () => (await checks()) === mirror.asked.length);
    now += minute;
    return location?.includes("near") === true;
  }

  async function checks(): Promise<number> {
    const lines = (await assembled.metrics.text()).split("\n");
    const counted = lines.filter((line) => line.startsWith('mirrorform_presence_checks_total{mirror="local/near"'));
    return counted.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
  }

  while (await isSentThere());
  mirror.fault = "none";
  for (let count = 0; count < 10 && !(await isSentThere()); count++);
  expect(await isSentThere()).toBe(true);
  await assembled.stop();
  await mirror.stop();
});
