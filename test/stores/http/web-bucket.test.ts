import { WebBucket } from "../../../stores/http/web-bucket";
import { ObjectServer } from "../object-server";

const server = new ObjectServer();
beforeAll(() => server.start());
afterAll(() => server.stop());
beforeEach(() => {
  server.received = [];
  server.reply = ({ url, headers }, response) => {
    if (url === "/moved") response.writeHead(302, { Location: "/files/a%20b" }).end();
    else if (url === "/inside") response.writeHead(302, { Location: "http://10.0.0.1/" }).end();
    else if (url !== "/files/a%20b") response.writeHead(404).end();
    else if (headers.range === "bytes=2-") response.writeHead(206, { "Content-Range": "bytes 2-4/5" }).end("llo");
    else response.writeHead(200, { "Content-Length": 5, ETag: '"1"' }).end("hello");
  };
});

const bucket = (path = "/files/{key}") => new WebBucket(`${server.url}${path}`, async () => {});

test("objects are asked for and read", async () => {
  expect(await bucket().head("a b")).toEqual({ key: "a b", size: 5, etag: '"1"' });
  expect(await bucket().head("none")).toBeUndefined();
  const { facts, body } = await bucket().open("a b", { from: 2 });
  expect(facts.size).toBe(5);
  expect(Buffer.concat(await body.toArray()).toString()).toBe("llo");
  await expect(bucket().open("none")).rejects.toMatchObject({ fault: "absent" });
});

test("redirects are followed, but not into another network", async () => {
  expect(await bucket("/{key}").head("moved")).toMatchObject({ size: 5 });
  await expect(bucket("/{key}").head("inside")).rejects.toThrow("is not HTTPS");
});

test("nothing can be written or listed", async () => {
  await expect(bucket().put()).rejects.toMatchObject({ fault: "unsupported" });
  await expect(bucket().remove()).rejects.toMatchObject({ fault: "unsupported" });
  await expect(bucket().list()[Symbol.asyncIterator]().next()).rejects.toMatchObject({ fault: "unsupported" });
});
