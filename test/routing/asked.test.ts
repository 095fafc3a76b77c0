import fc from "fast-check";
import { type Asked, classify, digestPattern, type Refusal } from "../../routing/asked";
import { runs } from "../property-runs";

const hex = "da86e6ba6ca197bf6bc5e9d900febd906b133eaa4750e6bed647b0fbe50ed43e";
const digest = `sha256:${hex}`;
const images = ["images"] as const;
const files = ["files"] as const;
const both = ["files", "images"] as const;

function asked(target: string, serves: readonly ("images" | "files")[] = images, method = "GET"): Asked | Refusal {
  return classify({ method, target, served: { serves } }).asked;
}

describe("classifies paths", () => {
  test.each<[string, readonly ("images" | "files")[], Asked]>([
    ["/", images, { class: "page", page: "info" }],
    ["/privacy", files, { class: "page", page: "privacy" }],
    ["/v2", images, { class: "ping" }],
    ["/v2/", images, { class: "ping" }],
    ["/v2/pause/manifests/latest", images, { class: "manifest", name: "pause", reference: "latest" }],
    [`/v2/pause/manifests/${digest}`, images, { class: "manifest", name: "pause", reference: digest }],
    ["/v2/a/b/c/manifests/v1.2_3-4", images, { class: "manifest", name: "a/b/c", reference: "v1.2_3-4" }],
    ["/v2/manifests/manifests/manifests", images, { class: "manifest", name: "manifests", reference: "manifests" }],
    [`/v2/pause/blobs/${digest}`, images, { class: "blob", name: "pause", digest }],
    [`/v2/pause/blobs/sha256%3A${hex}`, images, { class: "blob", name: "pause", digest }],
    [`/v2/pause/blobs/sha512:${hex}${hex}`, images, { class: "blob", name: "pause", digest: `sha512:${hex}${hex}` }],
    [`/v2/pause/referrers/${digest}`, images, { class: "referrers", name: "pause", digest }],
    ["/v2/pause/tags/list", images, { class: "tag-list", name: "pause" }],
    [
      `/v2/pause/manifests/sha256-${hex}.sig`,
      images,
      { class: "signature", name: "pause", reference: `sha256-${hex}.sig` },
    ],
    [
      `/v2/k/p/manifests/sha256-${hex}.att`,
      images,
      { class: "signature", name: "k/p", reference: `sha256-${hex}.att` },
    ],
    [
      `/v2/pause/manifests/sha256-${hex}.sbom`,
      images,
      { class: "signature", name: "pause", reference: `sha256-${hex}.sbom` },
    ],
    [`/v2/pause/manifests/sha256-${hex}`, images, { class: "signature", name: "pause", reference: `sha256-${hex}` }],
    [
      "/release/v1.34.0/bin/linux/amd64/kubectl",
      files,
      { class: "file", path: "release/v1.34.0/bin/linux/amd64/kubectl" },
    ],
    ["/a%20b/c%2Bd", files, { class: "file", path: "a b/c+d" }],
    ["/v2/x", files, { class: "file", path: "v2/x" }],
    ["/v2/", files, { class: "directory", path: "v2/" }],
    ["/release/", files, { class: "directory", path: "release/" }],
    ["/a%20b/c/", both, { class: "directory", path: "a b/c/" }],
    ["/a%2Fb", files, { class: "file", path: "a/b" }],
    ["/-", files, { class: "file", path: "-" }],
    ["/a/-/b", files, { class: "file", path: "a/-/b" }],
    ["/kubectl", both, { class: "file", path: "kubectl" }],
    ["/v2/pause/tags/list", both, { class: "tag-list", name: "pause" }],
    ["/bin/kubectl.sha256", files, { class: "metadata", path: "bin/kubectl.sha256" }],
    ["/bin/kubectl.SHA512", files, { class: "metadata", path: "bin/kubectl.SHA512" }],
    ["/bin/kubectl.sig", files, { class: "metadata", path: "bin/kubectl.sig" }],
    ["/bin/SHA256SUMS", files, { class: "metadata", path: "bin/SHA256SUMS" }],
    ["/release/stable.txt", files, { class: "metadata", path: "release/stable.txt" }],
    ["/release/latest-1.34.txt", files, { class: "metadata", path: "release/latest-1.34.txt" }],
    ["/deb/InRelease", files, { class: "metadata", path: "deb/InRelease" }],
    ...[
      "SHA256SUMS.txt",
      "SHASUMS256.txt",
      "sha256sum.txt",
      "MD5SUMS",
      "checksums.txt",
      "tool_1.0_checksums.txt",
      "tool.sha256.txt",
      "tool.asc",
      "tool.minisig",
      "tool.sigstore.json",
      "tool.bundle",
      "tool.spdx.json",
      "tool.intoto.jsonl",
      "stable-1.34.txt",
      "k8s-master.txt",
      "Release.gpg",
      "Packages.gz",
      "repomd.xml",
      "index.yaml",
    ].map((name): [string, typeof files, Asked] => [`/a/${name}`, files, { class: "metadata", path: `a/${name}` }]),
    ...["tool.tar.gz", "shaman", "release.tar", "checksum-tool", "packages-1.0.zip", "signature", "unstable.txt"].map(
      (name): [string, typeof files, Asked] => [`/a/${name}`, files, { class: "file", path: `a/${name}` }],
    ),
    ["/notes.txt", files, { class: "file", path: "notes.txt" }],
  ])("%s", (target, serves, expected) => {
    expect(asked(target, serves)).toEqual(expected);
  });
});

describe("refusals", () => {
  test.each<[string, string, readonly ("images" | "files")[], number, string]>([
    ["GET", "/v3/", images, 404, "NAME_UNKNOWN"],
    ["GET", "/v2foo", images, 404, "NAME_UNKNOWN"],
    ["GET", "/v2/_catalog", images, 404, "UNSUPPORTED"],
    ["GET", "/v2/_catalog/", images, 404, "UNSUPPORTED"],
    ["GET", "/v2/pause/tags/", images, 404, "UNSUPPORTED"],
    ["GET", "/v2/pause/tags/lists", images, 404, "UNSUPPORTED"],
    ["GET", `/v2/blobs/${digest}`, images, 404, "UNSUPPORTED"],
    ["GET", "/v2/Pause/manifests/latest", images, 400, "NAME_INVALID"],
    ["GET", `/v2/${"a".repeat(256)}/manifests/latest`, images, 400, "NAME_INVALID"],
    ["GET", "/v2/../../other/manifests/latest", images, 400, "NAME_INVALID"],
    ["GET", "/v2/%2e%2e/%2e%2e/other/manifests/latest", images, 400, "NAME_INVALID"],
    ["GET", "/v2//manifests/latest", images, 404, "UNSUPPORTED"],
    ["GET", "/v2/a%E2%80%A8b/manifests/latest", images, 400, "NAME_INVALID"],
    ["GET", "/v2/manifests", images, 404, "UNSUPPORTED"],
    ["GET", "/v2/manifests/latest", images, 404, "UNSUPPORTED"],
    ["GET", "/v2/pause/manifests/-x", images, 404, "MANIFEST_INVALID"],
    ["GET", "/v2/pause/manifests/a%20b", images, 404, "MANIFEST_INVALID"],
    ["GET", "/v2/pause/manifests/sha256:zz", images, 400, "DIGEST_INVALID"],
    ["GET", "/v2/pause/blobs/sha256:zz", images, 400, "DIGEST_INVALID"],
    ["GET", `/v2/pause/blobs/${digest.toUpperCase()}`, images, 400, "DIGEST_INVALID"],
    ["GET", `/v2/pause/blobs/md5:${hex}`, images, 400, "DIGEST_INVALID"],
    ["GET", "/v2/pause/referrers/latest", images, 400, "DIGEST_INVALID"],
    ["GET", "/v2/pause/blobs/uploads/", images, 404, "UNSUPPORTED"],
    ["POST", "/v2/", images, 405, "UNSUPPORTED"],
    ["DELETE", `/v2/pause/manifests/${digest}`, images, 405, "UNSUPPORTED"],
    ["OPTIONS", "*", files, 405, "UNSUPPORTED"],
    ["GET", "http://evil.example/x", files, 400, "NAME_INVALID"],
    ["GET", "evil.example:443", files, 400, "NAME_INVALID"],
    ["GET", "", files, 400, "NAME_INVALID"],
    ["GET", "/-/", files, 404, "NAME_UNKNOWN"],
    ["GET", "/-/health", files, 404, "NAME_UNKNOWN"],
    ["GET", "/%2D/health", files, 404, "NAME_UNKNOWN"],
    ["GET", "/-%2Fhealth?mirrorlist", files, 404, "NAME_UNKNOWN"],
    ["GET", "/-/status/", both, 404, "NAME_UNKNOWN"],
    ["GET", "//-/health", files, 404, "NAME_UNKNOWN"],
    ["GET", "/./-/health", files, 404, "NAME_UNKNOWN"],
    ["GET", "/a/..//-//health", both, 404, "NAME_UNKNOWN"],
    ["GET", "/..", files, 400, "NAME_INVALID"],
    ["GET", "/../", files, 400, "NAME_INVALID"],
    ["GET", "/%2e%2E/a", files, 400, "NAME_INVALID"],
    ["GET", "/.%2e/a", files, 400, "NAME_INVALID"],
    ["GET", "/a/../..", files, 400, "NAME_INVALID"],
    ["GET", "/a/../../a", files, 400, "NAME_INVALID"],
    ["GET", "/a%2F..%2F..%2Fa", files, 400, "NAME_INVALID"],
    ["GET", "/./../a", files, 400, "NAME_INVALID"],
    ["GET", "/../privacy", images, 400, "NAME_INVALID"],
    ["GET", "/-/health", images, 404, "NAME_UNKNOWN"],
    ["GET", "/a%0d%0aSet-Cookie:%20x", files, 400, "NAME_INVALID"],
    ["GET", "/a\r\nb", files, 400, "NAME_INVALID"],
    ["GET", "/a%00b", files, 400, "NAME_INVALID"],
    ["GET", "/a%5cb", files, 400, "NAME_INVALID"],
    ["GET", "/a\\b", files, 400, "NAME_INVALID"],
    ["GET", "/a b", files, 400, "NAME_INVALID"],
    ["GET", "/caf\u00e9", files, 400, "NAME_INVALID"],
    ["GET", "/a%", files, 400, "NAME_INVALID"],
    ["GET", "/a%ff", files, 400, "NAME_INVALID"],
    ["GET", "/a%EF%BF%BF", files, 400, "NAME_INVALID"],
    ["GET", "/a%EF%BF%BE", files, 400, "NAME_INVALID"],
    ["GET", "/a%C2%85", files, 400, "NAME_INVALID"],
    ["GET", `/${"a".repeat(10_000)}`, files, 400, "NAME_INVALID"],
    ["GET", "/a?b\r\nc", files, 400, "NAME_INVALID"],
    ["GET", "/a?b#c", files, 400, "NAME_INVALID"],
    ["GET", '/a?b="c"', files, 400, "NAME_INVALID"],
    ["GET", "/a?<b>", files, 400, "NAME_INVALID"],
    ["GET", "/a?caf\u00e9", files, 400, "NAME_INVALID"],
    ["GET", "/", [], 404, "NAME_UNKNOWN"],
    ["GET", "/a", [], 404, "NAME_UNKNOWN"],
    ["GET", "/v2/", [], 404, "NAME_UNKNOWN"],
  ])("%s %s", (method, target, serves, status, code) => {
    expect(asked(target, serves, method)).toMatchObject({ class: "refused", status, code });
  });

  test("errors are OCI JSON below /v2/ and plain text elsewhere", () => {
    expect(asked("/v2/_catalog")).toMatchObject({ oci: true });
    expect(asked("/v2/pause/blobs/x", images, "PUT")).toMatchObject({ oci: true });
    expect(asked("/v2/../../a", files)).toMatchObject({ oci: true });
    expect(asked("/-/b", files)).toMatchObject({ oci: false });
  });
});

describe("a host with configured paths", () => {
  const paths = [
    { path: "release/rc", at: "candidates" },
    { path: "release", at: "kubernetes-release/release" },
    { path: "top", at: "" },
  ];
  const at = (target: string, directoryIndex?: string) =>
    classify({
      method: "GET",
      target,
      served: { serves: files, paths, ...(directoryIndex !== undefined && { directoryIndex }) },
    }).asked;

  test.each<[string, Asked]>([
    ["/release/v1/kubectl", { class: "file", path: "kubernetes-release/release/v1/kubectl" }],
    ["/release/rc", { class: "file", path: "candidates" }],
    ["/release/rc/kubectl", { class: "file", path: "candidates/kubectl" }],
    ["/release/rc2/kubectl", { class: "file", path: "kubernetes-release/release/rc2/kubectl" }],
    ["/release%2Frc%2Fkubectl", { class: "file", path: "candidates/kubectl" }],
    ["/release/stable.txt", { class: "metadata", path: "kubernetes-release/release/stable.txt" }],
    ["/release/", { class: "directory", path: "kubernetes-release/release/" }],
    ["/release/rc/", { class: "directory", path: "candidates/" }],
    ["/top/kubectl", { class: "file", path: "kubectl" }],
  ])("%s", (target, expected) => {
    expect(at(target)).toEqual(expected);
  });

  test.each([
    "/releases/kubectl",
    "/kubernetes-release/release/kubectl",
    "/other",
    "/other/",
    "/top",
    "/top/",
    "/-/health",
  ])("%s is not found", (target) => {
    expect(at(target)).toMatchObject({ class: "refused", status: 404 });
  });

  test.each<[string, string]>([
    ["/release/", "kubernetes-release/release/index.html"],
    ["/release/v1/", "kubernetes-release/release/v1/index.html"],
    ["/top/", "index.html"],
    ["/top/v1/", "v1/index.html"],
  ])("%s with a directory index", (target, path) => {
    expect(at(target, "index.html")).toEqual({ class: "directory", path });
  });

  test("resolves dot segments before matching the host's paths", () => {
    for (const target of ["/release/../other", "/release/%2e%2e/other", "/release/../", "/release%2F..%2Fother"]) {
      expect(at(target, "index.html").class).toMatch(/^refused$|^page$/);
    }
    const rc: Asked = { class: "file", path: "candidates/x" };
    for (const target of ["/release/./rc/x", "/release//rc/x", "//release/v1/../rc/x"]) expect(at(target)).toEqual(rc);
  });
});

describe("distinguishes file and mirror-list requests", () => {
  const metalink = "application/metalink4+xml";
  const listed = (target: string, accept?: string) => {
    const { asked: found } = classify({ method: "GET", target, served: { serves: files }, accept });
    return found.class === "mirror-list" ? `${found.format} of ${found.of.class} ${found.of.path}` : found.class;
  };

  test.each<[target: string, accept: string | undefined, found: string]>([
    ["/a/kubectl", undefined, "file"],
    ["/a/kubectl?mirrorlist", undefined, "json of file a/kubectl"],
    ["/a/kubectl?mirrorlist=json", metalink, "json of file a/kubectl"],
    ["/a/kubectl?mirrorlist=all", metalink, "json-all of file a/kubectl"],
    ["/a/kubectl?mirrorlist=meta4", "application/json", "metalink of file a/kubectl"],
    ["/a/kubectl?mirrorlist", metalink, "metalink of file a/kubectl"],
    ["/a/kubectl?mirrorlist", `*/*, ${metalink}`, "metalink of file a/kubectl"],
    ["/a/kubectl?x=1&mirrorlist&y=2", undefined, "json of file a/kubectl"],
    ["/a/stable.txt?mirrorlist", undefined, "json of metadata a/stable.txt"],
    ["/a/data.json?mirrorlist", undefined, "json of file a/data.json"],
    ["/a/kubectl?mirrorlists", undefined, "file"],
    ["/a/kubectl?nomirrorlist", undefined, "file"],
    ["/a/kubectl?mirrorlist=xml", undefined, "file"],
    ["/a/kubectl?mirrorlist=", undefined, "file"],
    ["/a/mirrorlist", undefined, "file"],
    ["/a/?mirrorlist", undefined, "directory"],
    // Clients that accept anything get the file: curl, wget, browsers, and aria2, which reads `Link` instead.
    ["/a/kubectl", "*/*", "file"],
    ["/a/kubectl", `*/*,${metalink},application/metalink+xml`, "file"],
    ["/a/kubectl", "application/json, text/plain, */*", "file"],
    ["/a/kubectl", "text/html,application/xhtml+xml,*/*;q=0.8", "file"],
    ["/a/kubectl", metalink, "metalink of file a/kubectl"],
    ["/a/kubectl", `application/metalink+xml, ${metalink};q=0.9`, "metalink of file a/kubectl"],
    ["/a/kubectl", "application/json", "json of file a/kubectl"],
    ["/a/kubectl", "application/json; charset=utf-8", "json of file a/kubectl"],
    ["/a/kubectl", "text/plain, application/json", "file"],
    ["/a/kubectl", "application/json,text/plain", "json of file a/kubectl"],
    ["/a/kubectl", "application/json-seq", "file"],
    ["/a/kubectl", "application/json+ld", "file"],
    ["/a/kubectl", "application/octet-stream", "file"],
    ["/a/data.json", "application/json", "file"],
    ["/a/DATA.JSON", "application/json", "file"],
    ["/a/data.json", metalink, "metalink of file a/data.json"],
    ["/a/kubectl", "", "file"],
    // RFC 9110, sections 8.3.1 and 12.4.2: types are case-insensitive, and a weight of 0 means "not acceptable".
    ["/a/kubectl", "Application/JSON", "json of file a/kubectl"],
    ["/a/kubectl", "application/METALINK4+xml", "metalink of file a/kubectl"],
    ["/a/kubectl", "application/json;q=0", "file"],
    ["/a/kubectl", "application/json; Q=0.000", "file"],
    ["/a/kubectl", "application/json ; q=0, text/plain", "file"],
    ["/a/kubectl", `${metalink};q=0`, "file"],
    ["/a/kubectl", `${metalink};q=0, application/json`, "json of file a/kubectl"],
    ["/a/kubectl", "application/json, */*;q=0", "json of file a/kubectl"],
    ["/a/kubectl", "application/json;q=0, */*", "file"],
    ["/a/kubectl", `application/json;q=0.5, ${metalink}`, "metalink of file a/kubectl"],
    ["/a/kubectl", `${metalink};q=0.5, application/json`, "json of file a/kubectl"],
    ["/a/kubectl", "text/plain;q=0.5, application/json", "json of file a/kubectl"],
    ["/a/kubectl", "application/json;q=0.5, text/plain", "file"],
    ["/a/kubectl", 'text/plain;x="application/json,application/json"', "file"],
    ["/a/kubectl", "application/*", "file"],
    ["/a/kubectl", ", ,application/json,", "json of file a/kubectl"],
    ["/a/kubectl", `application/json,${"x/y,".repeat(5000)}`, "file"],
    ["/a/data.json", `application/json, ${metalink};q=0.5`, "file"],
    ["/a/kubectl?mirrorlist", `${metalink};q=0`, "json of file a/kubectl"],
    ["/a/kubectl?mirrorlist", "Application/Metalink4+XML", "metalink of file a/kubectl"],
    ["/a/kubectl?mirrorlist", `application/json, ${metalink};q=0.9`, "json of file a/kubectl"],
  ])("%s, Accept: %s: %s", (target, accept, found) => {
    expect(listed(target, accept)).toBe(found);
  });

  test("image paths never request mirror lists", () => {
    for (const target of ["/v2/pause/manifests/latest?mirrorlist", "/v2/pause/manifests/latest"]) {
      expect(classify({ method: "GET", target, served: { serves: both }, accept: metalink }).asked.class).toBe(
        "manifest",
      );
    }
  });
});

test.each<[path: string, serves: typeof files | typeof images | typeof both, expected: Asked]>([
  // apt's flat repositories: `deb URL ./`.
  ["/repo/./x.deb", files, { class: "file", path: "repo/x.deb" }],
  ["/repo/./InRelease", files, { class: "metadata", path: "repo/InRelease" }],
  ["/./x.deb", files, { class: "file", path: "x.deb" }],
  ["/a//b", files, { class: "file", path: "a/b" }],
  ["//a/b", files, { class: "file", path: "a/b" }],
  ["//evil.example/x", files, { class: "file", path: "evil.example/x" }],
  ["////a///b////", files, { class: "directory", path: "a/b/" }],
  ["/a/../b", files, { class: "file", path: "b" }],
  ["/a/b/c/../../d", files, { class: "file", path: "a/d" }],
  ["/a/%2e%2e/b", files, { class: "file", path: "b" }],
  ["/a/%2E./b", files, { class: "file", path: "b" }],
  ["/a/%2e/b", files, { class: "file", path: "a/b" }],
  ["/a%2F/b", files, { class: "file", path: "a/b" }],
  ["/a/%2E%2E%2Fb", files, { class: "file", path: "b" }],
  // RFC 3986, section 5.2.4, before slashes are merged: an empty segment is one that dots remove.
  ["/a//../b", files, { class: "file", path: "a/b" }],
  ["//../b", files, { class: "file", path: "b" }],
  ["/a/.//../b", files, { class: "file", path: "a/b" }],
  // Directories keep their final slash.
  ["/a/.", files, { class: "directory", path: "a/" }],
  ["/a/b/..", files, { class: "directory", path: "a/" }],
  ["/a/b/../", files, { class: "directory", path: "a/" }],
  ["/a/b/%2e%2e", files, { class: "directory", path: "a/" }],
  ["/a//", files, { class: "directory", path: "a/" }],
  ["/a/./", files, { class: "directory", path: "a/" }],
  ["//", files, { class: "page", page: "info" }],
  ["/.", images, { class: "page", page: "info" }],
  ["/a/../", files, { class: "page", page: "info" }],
  ["/./privacy", images, { class: "page", page: "privacy" }],
  ["/v2//", images, { class: "ping" }],
  ["/v2/.", both, { class: "ping" }],
  ["//v2/", both, { class: "ping" }],
  ["/v2//pause/./manifests/x/../latest", images, { class: "manifest", name: "pause", reference: "latest" }],
  [`//v2/pause//blobs/${digest}`, both, { class: "blob", name: "pause", digest }],
  ["/v2/../v2/pause/tags/list", images, { class: "tag-list", name: "pause" }],
  ["/v2/../a", both, { class: "file", path: "a" }],
  ["/a/../v2/pause/tags/list", both, { class: "tag-list", name: "pause" }],
  ["/a/../SHA256SUMS", files, { class: "metadata", path: "SHA256SUMS" }],
  // Segments that only begin with dots, or are encoded twice, are names.
  ["/a/.../..b/.c", files, { class: "file", path: "a/.../..b/.c" }],
  ["/a/%252e%252e/b", files, { class: "file", path: "a/%2e%2e/b" }],
  ["/-/../a", files, { class: "file", path: "a" }],
])("%s without dot segments and repeated slashes", (path, serves, expected) => {
  expect(asked(path, serves)).toEqual(expected);
});

describe("the query passed to mirrors", () => {
  const passed = (target: string) => classify({ method: "GET", target, served: { serves: both } }).query;

  test.each([
    ["", ""],
    ["?", "?"],
    ["?n=2&last=3.1", "?n=2&last=3.1"],
    ["?artifactType=a%2Fb&x=%zz", "?artifactType=a%2Fb&x=%zz"],
    // What browsers do not encode (WHATWG URL, "query percent-encode set").
    ["?a[0]=b|c&{d}^`\\", "?a%5B0%5D=b%7Cc&%7Bd%7D%5E%60%5C"],
    ["?family=a|b|c", "?family=a%7Cb%7Cc"],
    // containerd's parameter is for proxies.
    ["?ns=docker.io", ""],
    ["?ns", ""],
    ["?ns=", ""],
    ["?ns=docker.io&", ""],
    ["?ns=a&ns=b", ""],
    ["?ns=docker.io&n=2", "?n=2"],
    ["?n=2&ns=docker.io", "?n=2"],
    ["?n=2&ns=a&last=3&ns=b&x", "?n=2&last=3&x"],
    ["?b=2&ns=x&a=1&b=3", "?b=2&a=1&b=3"],
    ["?%6Es=x&a", "?a"],
    ["?n%73=x&%6e%73&a", "?a"],
    ["?a=1&ns=[x]&b={y}", "?a=1&b=%7By%7D"],
    // Other names stay.
    ["?NS=x&nsx=1&ans=2&ns[]=3&a=ns", "?NS=x&nsx=1&ans=2&ns%5B%5D=3&a=ns"],
    ["?a=?ns=x", "?a=?ns=x"],
    ["?a&&b", "?a&&b"],
  ])("%s: %s", (query, expected) => {
    expect(passed(`/v2/pause/tags/list${query}`)).toBe(expected);
    expect(passed(`/a/b${query}`)).toBe(expected);
  });
});

test("equivalent paths are classified alike", () => {
  const segments = fc.array(fc.constantFrom("a", "b", "SHA256SUMS", "x.deb"), { minLength: 1, maxLength: 5 });
  const detour = fc.constantFrom("/", "/.", "/x/..", "/%2e", "/x/y/../%2E%2e", "//", "/x//../..");
  fc.assert(
    fc.property(segments, fc.array(detour, { minLength: 6, maxLength: 6 }), (names, detours) => {
      const path = names.map((name) => `/${name}`).join("");
      const winding = names.map((name, index) => `${detours[index]}/${name}`).join("");
      expect([winding, asked(winding, files)]).toEqual([winding, asked(path, files)]);
    }),
  );
});

test("what follows blobs/ is a digest exactly if the pattern of digests matches", () => {
  const digits = fc.constantFrom(
    hex,
    `${hex}${hex}`,
    hex.slice(1),
    `${hex}0`,
    hex.toUpperCase(),
    `${hex.slice(1)}g`,
    "",
  );
  const algorithm = fc.constantFrom("sha256", "sha512", "sha-256", "SHA256", "md5", "sha256:sha256", "");
  const separator = fc.constantFrom(":", "-", "", "::", ":a:");
  fc.assert(
    fc.property(algorithm, separator, digits, (...parts) => {
      const object = parts.join("");
      fc.pre(object !== "");
      expect([object, asked(`/v2/pause/blobs/${object}`).class]).toEqual([
        object,
        digestPattern.test(object) ? "blob" : "refused",
      ]);
    }),
  );
});

test("every request gets an answer", () => {
  const anything = fc.oneof(
    fc.string({ unit: "binary" }),
    fc
      .string({ unit: fc.constantFrom("/", ".", "%", "2", "e", "v", "\\", "?", ":", "\n", "a", "é", "\ud800") })
      .map((path) => `/${path}`),
  );
  fc.assert(
    fc.property(anything, fc.constantFrom(images, files, both), (target, serves) => {
      const { asked: found } = classify({ method: "GET", target, served: { serves } });
      if (found.class === "file" || found.class === "metadata" || found.class === "directory") {
        expect(found.path.split("/")).not.toEqual(expect.arrayContaining([".."]));
        expect(found.path).not.toMatch(/^\/|\/\/|[\r\n\\]|^-\//);
      }
    }),
    runs(200),
  );
});
