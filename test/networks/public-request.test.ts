import { isPermittedTarget } from "../../networks/permitted-target";
import { createPublicRequest } from "../../networks/public-request";

const cases: readonly (readonly [url: string, isPermitted: boolean, inTrials: boolean])[] = [
  ["https://a.example/v2/", true, true],
  ["https://192.0.43.8/", true, true],
  ["http://a.example/v2/", false, true],
  ["https://127.0.0.1/", false, true],
  ["https://169.254.169.254/latest/meta-data", false, true],
  ["https://[::ffff:10.0.0.1]/", false, true],
  ["https://0x7f000001/", false, true],
  ["https://10.0.0.1/v2/", false, true],
  ["http://127.0.0.1:5000/v2/", false, true],
  ["ftp://a.example/", false, false],
  ["file:///etc/passwd", false, false],
];

test.each(cases)("%s is permitted: %s, in trials: %s", (text, isPermitted, inTrials) => {
  const url = new URL(text);
  expect([isPermittedTarget(url, false), isPermittedTarget(url, true)]).toEqual([isPermitted, inTrials]);
  for (const allowPrivate of [false, true]) {
    const isRequested = isPermittedTarget(url, allowPrivate);
    const create = () => createPublicRequest(url, { headers: {}, signal: AbortSignal.abort(), allowPrivate });
    if (!isRequested) expect(create).toThrow(/not an https URL|not on the public internet/);
  }
});

test("a user and a password in the URL are not sent", () => {
  const signal = new AbortController().signal;
  const request = createPublicRequest(new URL("https://user:password@a.example:8443/b?c=d"), { headers: {}, signal });
  request.on("error", () => {}).destroy();
  expect([request.host, request.path, request.getHeaders()]).toEqual([
    "a.example",
    "/b?c=d",
    { host: "a.example:8443" },
  ]);
});
