import * as fc from "fast-check";
import { findTemplateProblem } from "../../networks/find-template-problem";
import { runs } from "../property-runs";

test.each([
  ["https://cdn.example.net/{digest}", undefined],
  ["https://cdn.example.net/{name}/blobs/{digest}", undefined],
  ["https://cdn.example.net/blob?digest={digest}", undefined],
  ["https://cdn.example.net/@example.org/{digest}", undefined],
  ["http://127.0.0.1:5000/{name}/{digest}", undefined],
  ["https://cdn.example.net/{Digest}", "{Digest} is not a placeholder"],
  ["https://cdn.example.net/{}{digest}", "{} is not a placeholder"],
  ["https://cdn.example.net/{{digest}}", "a brace is not matched"],
  ["https://cdn.example.net/{digest}}", "a brace is not matched"],
  ["https://cdn.example.net/{digest}/{digest}", "{digest} appears twice here"],
  ["https://cdn.example.net{digest}", "in the host"],
  ["https://{digest}", "in the host"],
  ["https://{name}.example.net/{digest}", "in the host"],
  ["https://cdn.example.net:{digest}/", "in the host"],
  ["https://cdn.example.net:443{digest}", "in the host"],
  ["https://{name}@cdn.example.net/{digest}", "in the host"],
  ["https://[{name}]/{digest}", "in the host"],
  ["{name}://cdn.example.net/{digest}", "is not an http or https URL"],
  ["{digest}", "is not an http or https URL"],
  ["https:{digest}", "is not an http or https URL"],
  ["https:/{digest}", "is not an http or https URL"],
  ["https:cdn.example.net/{digest}", "is not an http or https URL"],
  ["https:\\\\cdn.example.net/{digest}", "is not an http or https URL"],
  ["https:///{digest}", "has no host"],
  ["https:////{digest}", "has no host"],
  ["https:///{name}/{digest}", "has no host"],
  ["https:///cdn.example.net/{digest}", "has no host"],
  ["https:///x:{digest}", "has no host"],
  ["https://?{digest}", "has no host"],
  ["https://cdn.example.net\\{digest}", "in the host"],
  ["https://cdn.example.net\\/{digest}", "a backslash"],
  ["https://cdn.example.net?{digest}", "no slash after the host"],
  ["https://cdn.example.net#{digest}", "no slash after the host"],
  ["https://cdn.example.net/#{digest}", "a fragment"],
  ["https://cdn.example.net/\t{digest}", "a control character"],
  ["https://cdn.exam\nple.net/{digest}", "a control character"],
  ["https://cdn.example.net/%{digest}", "a % is not followed"],
  ["https://cdn.example.net/%2{digest}", "a % is not followed"],
  ["https://cdn.example.net/..{digest}", "a `.` or `..` segment"],
  ["https://cdn.example.net/{digest}..", "a `.` or `..` segment"],
  ["https://cdn.example.net./{digest}", "ends with a dot"],
  ["https://cdn.example.net/{name}", "lacks {digest}"],
  ["", "lacks {digest}"],
])("checks the template %j", (template, message) => {
  const problem = findTemplateProblem(template, "digest", ["name"])?.message;
  if (message === undefined) expect(problem).toBeUndefined();
  else expect(problem).toContain(message);
});

/** Pieces of templates, most of which only look valid. */
const piece = fc.constantFrom(
  ..."https:// https: http:// // / \\ @ : :0 :8443 ? # . .. %2e %2f %40 [ ] [::1] 127.1 1 0x7f xn-- ä 。 \t \n".split(
    " ",
  ),
  ...["cdn", "a/", "?f=", "example.net", "localhost", "{path}", "{name}", "-", "_", "", " "],
);
const template = fc.oneof(
  fc.array(piece, { maxLength: 9 }).map((pieces) => pieces.join("")),
  fc.array(piece, { maxLength: 6 }).map((pieces) => `https://${pieces.join("")}{path}`),
  fc.array(piece, { maxLength: 3 }).map((pieces) => `https://cdn.example.net/${pieces.join("")}{path}`),
);
const filling = fc.constantFrom(
  ...["", "a", "evil.example", "evil.example/a", "/evil.example", "@evil.example/", ":1@evil.example", "a/", "2e/"],
  ...["x:8443", ".evil.example", "a:b@c/d", "8080", "%2f%2fevil.example"],
);

/** The host and port that RFC 3986, appendix B, finds in a URL, without a user and in lower case. */
function authorityOf(url: string): string | undefined {
  const authority = /^(?:[^:/?#]+:)?(?:\/\/([^/?#]*))?/.exec(url)?.[1];
  return authority?.replace(/^.*@/, "").toLowerCase();
}

test("an accepted template always leads to the same origin, in both URL standards", () => {
  let accepted = 0;
  fc.assert(
    fc.property(template, filling, filling, filling, (text, one, two, name) => {
      if (findTemplateProblem(text, "path", ["name"]) !== undefined) return;
      accepted++;
      const [first, second] = [one, two].map((path) => text.replace("{path}", () => path).replace("{name}", name));
      const [a, b] = [new URL(first ?? ""), new URL(second ?? "")];
      expect(a.origin).toBe(b.origin);
      expect(a.username + a.password).toBe("");
      expect([a.host, `${a.hostname}:443`]).toContain(authorityOf(first ?? ""));
      expect(authorityOf(second ?? "")).toBe(authorityOf(first ?? ""));
    }),
    runs(1_000),
  );
  expect(accepted).toBeGreaterThan(20);
});
