import type { Listening } from "../../../redirector/servers/carrier";
import { listenOnNode, type ServerLimits } from "../../../redirector/servers/node-server";
import type { Answer } from "../../../routing/answer";
import { isLast, RawClient } from "../raw-client";

const answer: Answer = { status: 307, headers: { Location: "https://mirror.example/x" }, body: "" };
const place = { port: 0, host: "127.0.0.1" };

/** Every third answer is delayed, as if a mirror had been asked. */
function serve(limits: Partial<ServerLimits> = {}): Promise<Listening> {
  let count = 0;
  const handle = () => (++count % 3 ? answer : new Promise<Answer>((resolve) => setTimeout(resolve, 5, answer)));
  return listenOnNode({ handle }, place, limits);
}

test("many busy clients lose no request when the server shuts down", async () => {
  const server = await serve();
  let answered = 0;
  let lost = 0;

  /**
   * Sends requests until the port is closed. A request is lost if it gets no answer although the previous answer on
   * its connection did not announce the end. The first request of a connection never counts: the server may not have accepted the connection.
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

test("a request on its way when the shutdown begins is answered, and its answer closes the connection", async () => {
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

test("connections that are left at the deadline are closed", async () => {
  const server = await listenOnNode({ handle: () => new Promise(() => {}) }, place, { ending: 50 });
  const client = await RawClient.connect(server.port);
  const never = client.ask("/x");
  await new Promise((resolve) => setTimeout(resolve, 20));
  await server.end();
  expect(await never).toBeUndefined();
});

test("no new connection is accepted", async () => {
  const server = await serve();
  await server.end();
  await expect(RawClient.connect(server.port)).rejects.toThrow(/ECONNREFUSED/);
});
