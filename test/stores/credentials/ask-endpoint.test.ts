import { askEndpoint } from "../../../stores/credentials/ask-endpoint";
import { EndpointDouble } from "./endpoint-double";

const endpoint = new EndpointDouble();
const pauses: number[] = [];

beforeAll(() => endpoint.start());
afterAll(() => endpoint.stop());
beforeEach(() => {
  endpoint.reset();
  pauses.length = 0;
});

const ask = (options = {}) =>
  askEndpoint({
    name: "the endpoint",
    url: new URL(`${endpoint.url}/token`),
    fix: "check it",
    wait: async (milliseconds: number) => pauses.push(milliseconds),
    ...options,
  });

test("a form is posted, and the answer returned", async () => {
  endpoint.answer = ({ form }) => form;
  expect(await ask({ form: { grant: "a b&c" } })).toBe('{"grant":"a b&c"}');
  expect(endpoint.asked[0]).toMatchObject({
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
  });
});

test.each([500, 503, 429])("status %d is retried", async (status) => {
  endpoint.misbehave = (response) => {
    if (endpoint.asked.length === 3) endpoint.misbehave = undefined;
    response.writeHead(status).end();
  };
  endpoint.answer = () => "token";
  expect(await ask()).toBe("token");
  expect(pauses).toEqual([500, 1_000, 2_000]);
});

test("a connection that breaks is retried, a few times", async () => {
  endpoint.misbehave = (response) => response.destroy();
  await expect(ask()).rejects.toMatchObject({ fault: "transient" });
  // A kept connection that breaks is replaced at once, without a pause.
  expect(pauses).toEqual([500, 1_000, 2_000]);
});

test.each([
  [400, '{"error":"invalid_grant","error_description":"token eyJ is bad"}', "(invalid_grant): check it"],
  [403, "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>", "(AccessDenied): check it"],
  [403, '{"__type":"com.amazon.coral#UnrecognizedClientException"}', "(com.amazon.coral#UnrecognizedClientException)"],
  [404, "token eyJ", "status 404: check it"],
  [302, "", "status 302: redirects are not followed; check it"],
])("status %d is a refusal, of which only the code is shown", async (status, body, message) => {
  endpoint.misbehave = (response) => response.writeHead(status, { Location: `${endpoint.url}/other` }).end(body);
  const refused = ask();
  await expect(refused).rejects.toThrow(message);
  await expect(refused).rejects.toMatchObject({ fault: "denied", message: expect.not.stringContaining("eyJ") });
  expect(endpoint.asked).toHaveLength(1);
});
