import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { MirrorConnections, type SendToMirror } from "../../../redirector/presence/mirror-connections";
import { MirrorQuestion, type QuestionKind, questionLimit } from "../../../redirector/presence/mirror-question";

const digest = `sha256:${"b".repeat(64)}`;
const connections = new MirrorConnections({ allowPrivate: true });
let server: Server;
let accepts: (string | undefined)[];

async function serve(listener: RequestListener): Promise<void> {
  accepts = [];
  server = createServer((request, response) => {
    accepts.push(request.headers.accept);
    listener(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
}

afterAll(() => connections.close());

afterEach(async () => {
  server.close();
  server.closeAllConnections();
  await once(server, "close");
});

function outcome(kind: QuestionKind, path: string): Promise<string> {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  const send: SendToMirror = (...request) => connections.send(...request);
  const options = { send, clock: Date.now, random: Math.random, budget: questionLimit, onSlow: () => {} };
  return new MirrorQuestion(kind, url, options).answer.then((answer) => answer.outcome);
}

/** Answers as registries do: 404 for a manifest whose type the client does not accept. */
const registryOf =
  (type: string): RequestListener =>
  ({ headers }, response) => {
    const accepted = (headers.accept ?? "").split(",").map((each) => each.trim());
    response.writeHead(accepted.includes(type) ? 200 : 404, { "Content-Type": type }).end();
  };

describe.each([
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
])("a registry finds its %s", (type) => {
  beforeEach(() => serve(registryOf(type)));

  test.each<[string, QuestionKind]>([
    ["/v2/pause/manifests/3.10", "head"],
    ["/v2/pause/manifests/3.10", "range"],
    [`/v2/project/some/pause/manifests/${digest}`, "head"],
    [`/v2/pause/manifests/${digest}?ns=registry.example.org`, "head"],
  ])("%s, by %s", async (path, kind) => {
    expect(await outcome(kind, path)).toBe("held");
  });
});

test.each([`/v2/pause/blobs/${digest}`, "/files/manifests/v1/list.txt", "/release/stable.txt"])(
  "for %s any type is accepted",
  async (path) => {
    await serve((_, response) => response.end());
    expect(await outcome("head", path)).toBe("held");
    expect(accepts).toEqual(["*/*"]);
  },
);

describe("an HTML page with status 200", () => {
  beforeEach(() =>
    serve((_, response) => {
      response.writeHead(200, { "Content-Type": "Text/HTML; charset=utf-8" }).end();
    }),
  );

  test.each<[string, string]>([
    [`/b/${digest}`, "absent"],
    ["/v2/pause/manifests/3.10", "absent"],
    ["/pool/hello_2.10-3_amd64.deb", "absent"],
    ["/pool/hello.tar.7z?token=1", "absent"],
    ["/docs/index.html", "held"],
    ["/docs/", "held"],
    ["/release/v1.34", "held"],
    ["/release/v1.34/bin/kubectl", "held"],
  ])("means that %s is %s", async (path, expected) => {
    expect(await outcome("head", path)).toBe(expected);
    expect(await outcome("range", path)).toBe(expected);
  });
});
