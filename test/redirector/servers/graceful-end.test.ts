import type { Listening } from "../../../redirector/servers/carrier";
import { listenOnNode, type ServerLimits } from "../../../redirector/servers/node-server";
import type { Answer } from "../../../routing/answer";
import { isLast, RawClient } from "../raw-client";

const answer: Answer = { status: 307, headers: { Location: "https://mirror.example/x" }, body: "" };
const place = { port: 0, host: "127.0.0.1" };

/** Every third answer comes later, as if a mirror had been asked. */
function serve(limits: Partial<ServerLimits> = {}): Promise<Listening> {
  let count = 0;
  const handle = () => (++count % 3 ? answer : new Promise<Answer>((resolve) => setTimeout(resolve, 5, answer)));
  return listenOnNode({ handle }, place, limits);
}

test("many clients that ask all the time lose no request when the server ends", async () => {
  const server = await serve();
  let answered = 0;
  let lost = 0;

  /**
   * Asks until nobody listens any more. What is lost is a request on a connection that was answered before, without a
   * word that it is the last; one that never was may have waited in the system for a server that takes no more.
   */
  async function askOn(): Promise<void> {
    for (;;) {
      const client = await RawClient.connect(server.port).catch(() => undefined);
      if (client === undefined) return;
      for (let used = false; ; used = true) {
        const got = await client.ask("/x");
        if (got === undefined && used) lost++;
        if (got !== undefined) answered++;
        if (got === undefined || isLast(got)) break;
      }
      client.socket.destroy();
    }
  }

  const clients = Array.from({ length: 60 }, askOn);
  while (answered < 500) await new Promise(setImmediate);
  await server.end();
  await Promise.all(clients);
  expect(lost).toBe(0);
});

test("a request on its way when the end begins is answered, and is its connection's last", async () => {
  const server = await serve();
  const client = await RawClient.connect(server.port);
  expect(await client.ask("/x")).toMatchObject({ status: 307 });
  const ended = server.end();
  await new Promise((resolve) => setTimeout(resolve, 50));
  const got = await client.ask("/x");
  expect(got && isLast(got)).toBe(true);
  await client.closed;
  await ended;
});

test("connections without a request are closed before the deadline", async () => {
  const server = await serve({ ending: 600_000 });
  const [used, unused] = [await RawClient.connect(server.port), await RawClient.connect(server.port)];
  await used.ask("/x");
  await server.end();
  await Promise.all([used.closed, unused.closed]);
});

test("what is left at the deadline is cut off", async () => {
  const server = await listenOnNode({ handle: () => new Promise(() => {}) }, place, { ending: 50 });
  const client = await RawClient.connect(server.port);
  const never = client.ask("/x");
  await new Promise((resolve) => setTimeout(resolve, 20));
  await server.end();
  expect(await never).toBeUndefined();
});

test("nobody is accepted any more", async () => {
  const server = await serve();
  await server.end();
  await expect(RawClient.connect(server.port)).rejects.toThrow(/ECONNREFUSED/);
});
