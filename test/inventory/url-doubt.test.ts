import { templateDoubt, urlDoubt } from "../../inventory/rules/url-doubt";

test.each([
  "https://cdn.example.net",
  "https://cdn.example.net:8443/ranges.txt?v=4",
  "http://localhost:5000/",
  "http://127.0.0.1:5000",
  "http://127.9.9.9",
  "http://[::1]:5000/",
])("%s is sound", (url) => {
  expect(urlDoubt(url)).toBeUndefined();
});

test.each([
  ["http://cdn.example.net", "is not https"],
  ["http://127.0.0.1.example.net/", "is not https"],
  ["http://localhost.example.net/", "is not https"],
  ["http://localhost@example.net/", "a user or a password"],
  ["https://user@example.net/", "a user or a password"],
  ["https:\\\\example.net", "is no http or https URL"],
  ["https:example.net", "is no http or https URL"],
  ["https://", "is no http or https URL"],
  ["https://exa mple.net", "is no http or https URL"],
  ["https://example.net:99999", "is no http or https URL"],
  ["https://example.net/€", "is no http or https URL"],
  ["https://exämple.net/", "is no http or https URL"],
  ["https://example.net/<a>", "is no http or https URL"],
  ['https://example.net/"', "is no http or https URL"],
  ["ftp://example.net/", "is no http or https URL"],
  ["//example.net/", "is no http or https URL"],
  ["https://example.net/#top", "a fragment"],
])("%s is doubtful", (url, message) => {
  expect(urlDoubt(url)?.message).toContain(message);
});

test.each([
  ["https://cdn.example.net/{digest}", undefined],
  ["https://cdn.example.net/{name}/blobs/{digest}", undefined],
  ["https://cdn.example.net/blob?digest={digest}", undefined],
  ["https://cdn.example.net/{Digest}", "no placeholder {Digest}"],
  ["https://cdn.example.net/{}{digest}", "no placeholder {}"],
  ["https://cdn.example.net/{{digest}}", "a brace has no partner"],
  ["https://cdn.example.net{digest}", "in the host"],
  ["https://{digest}", "in the host"],
  ["https://cdn.example.net:{digest}/", "in the host"],
  ["{name}://cdn.example.net/{digest}", "is no http or https URL"],
  ["https://{name}@cdn.example.net/{digest}", "in the host"],
  ["https://cdn.example.net/{name}", "lacks {digest}"],
  ["", "lacks {digest}"],
])("the template %s", (template, message) => {
  const doubt = templateDoubt(template, "digest", ["name"])?.message;
  if (message === undefined) expect(doubt).toBeUndefined();
  else expect(doubt).toContain(message);
});
