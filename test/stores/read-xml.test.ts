import {
  type Arbitrary,
  array,
  assert,
  constant,
  constantFrom,
  dictionary,
  property,
  record,
  string,
  stringMatching,
} from "fast-check";
import { readAzurePage } from "../../stores/azure/azure-facts";
import { readGooglePage } from "../../stores/google/google-facts";
import { escapeXml, readXml, type XmlElement } from "../../stores/read-xml";
import { readS3Page } from "../../stores/s3/s3-listing";
import { StoreError } from "../../stores/store-error";
import { runs } from "../property-runs";

const name = stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,8}$/);
const text = string({ unit: "grapheme", maxLength: 12 });
const attributes = dictionary(name, stringMatching(/^[^"<]{0,8}$/), { maxKeys: 2 }).map((values) =>
  Object.entries(values)
    .map(([key, value]) => ` ${key}="${value}"`)
    .join(""),
);

/** Elements with some levels of others in them. */
function elements(levels: number): Arbitrary<XmlElement> {
  const children = levels === 0 ? constant([]) : array(elements(levels - 1), { maxLength: 3 });
  return record({ name, attributes, text, children });
}

function write({ name: tag, attributes: more, text: own, children }: XmlElement): string {
  return `<${tag}${more}>${escapeXml(own)}${children.map(write).join("")}</${tag}>`;
}

test("what is written is read", () => {
  assert(
    property(elements(3), (root) => {
      expect(readXml(`\uFEFF<?xml version="1.0" encoding="utf-8"?>\n${write(root)}\n`)).toEqual(root);
    }),
  );
});

test.each([
  ["an empty document", ""],
  ["text", "AccessDenied"],
  ["two elements", "<a/><b/>"],
  ["text beside the element", "<a/>b"],
  ["an element that does not end", "<a><b></b>"],
  ["elements that cross", "<a><b></a></b>"],
  ["an end without beginning", "</a>"],
  ["an end with attributes", '<a></a b="c">'],
  ["a document type", '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'],
  ["nested entities", '<!DOCTYPE a [<!ENTITY x "&y;&y;"><!ENTITY y "&z;&z;">]><a>&x;</a>'],
  ["an external entity", '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'],
  ["an unknown entity", "<a>&nbsp;</a>"],
  ["an ampersand", "<a>b & c</a>"],
  ["an entity without end", "<a>&amp</a>"],
  ["half a surrogate pair", "<a>&#xD800;</a>"],
  ["a character beyond Unicode", "<a>&#x110000;</a>"],
  ["a comment", "<a><!-- b --></a>"],
  ["a section of character data", "<a><![CDATA[b]]></a>"],
  ["a processing instruction", "<a><?b?></a>"],
  ["HTML", "<!doctype html><html><body><p>Bad gateway</body></html>"],
  ["an attribute without quotation marks", "<a b=c/>"],
  ["an attribute with a tag", '<a b="<c>"/>'],
])("%s is refused", (_, document) => {
  expect(() => readXml(document)).toThrow(StoreError);
});

test("elements that are nested without end are refused, in a stack of any size", () => {
  expect(() => readXml("<a>".repeat(1_000_000))).toThrow(/nested too deeply/);
});

test.each([
  ["spaces in a tag", `<a${" ".repeat(1_000_000)}`],
  ["an attribute's name without end", `<a ${"b".repeat(1_000_000)}`],
  ["attributes without end", `<a${' b="c"'.repeat(200_000)}`],
  ["ampersands", `<a>${"&amp".repeat(300_000)}</a>`],
])("a million %s are refused", (_, document) => {
  expect(() => readXml(document)).toThrow(StoreError);
});

const hostileKeys = [
  "../../etc/passwd",
  "..",
  "a/../b",
  "/",
  "\u202e",
  "a\nb",
  "%2e%2e/",
  "<b>&amp;",
  "x".repeat(5_000),
];

test.each(hostileKeys)("a listing with the name %j reports it as it is", (key) => {
  const s3 = `<Contents><Key>${escapeXml(key)}</Key><Size>1</Size></Contents>`;
  const azure = `<Blob><Name>${escapeXml(key)}</Name><Properties><Content-Length>1</Content-Length></Properties></Blob>`;
  const google = JSON.stringify({ items: [{ name: key, size: "1" }] });
  const expected = { objects: [expect.objectContaining({ key, size: 1 })], next: undefined };
  expect(readS3Page(`<ListBucketResult>${s3}</ListBucketResult>`)).toEqual(expected);
  expect(readAzurePage(`<EnumerationResults><Blobs>${azure}</Blobs></EnumerationResults>`)).toEqual(expected);
  expect(readGooglePage(google)).toEqual(expected);
});

const pageReaders = [
  [
    "S3",
    readS3Page,
    "<ListBucketResult><IsTruncated>true</IsTruncated><Contents><Key>a</Key><Size>1</Size></Contents>",
  ],
  ["Azure", readAzurePage, "<EnumerationResults><Blobs><Blob><Name>a</Name><Properties/></Blob></Blobs>"],
  ["Google", readGooglePage, '{"items":[{"name":"a","size":"1","metadata":{"sha256":1}}],"nextPageToken":"b"}'],
] as const;

describe.each(pageReaders)("the pages of %s", (_, readPage, sample) => {
  test("any text is a page or a StoreError", () => {
    const pieces = [
      "<",
      ">",
      "/",
      "&",
      ";",
      "a",
      '"',
      "{",
      "}",
      "[",
      "]",
      ":",
      ",",
      "1",
      sample,
      "<Key>",
      "</Key>",
      "null",
    ];
    const texts = array(constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join(""));
    assert(
      property(texts, (document) => {
        try {
          readPage(document);
        } catch (error) {
          expect(error).toBeInstanceOf(StoreError);
        }
      }),
      runs(500),
    );
  });
});

test.each([
  [
    "S3: a page that continues nowhere",
    () => readS3Page("<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>"),
  ],
  [
    "S3: an object without size",
    () => readS3Page("<ListBucketResult><Contents><Key>a</Key></Contents></ListBucketResult>"),
  ],
  [
    "S3: a negative size",
    () => readS3Page("<ListBucketResult><Contents><Key>a</Key><Size>-1</Size></Contents></ListBucketResult>"),
  ],
  [
    "S3: a size that is no integer",
    () => readS3Page("<ListBucketResult><Contents><Key>a</Key><Size>1e99</Size></Contents></ListBucketResult>"),
  ],
  [
    "S3: a broken encoding",
    () =>
      readS3Page(
        "<ListBucketResult><EncodingType>url</EncodingType><Contents><Key>%zz</Key><Size>1</Size></Contents></ListBucketResult>",
      ),
  ],
  ["S3: an error with status 200", () => readS3Page("<Error><Code>InternalError</Code></Error>")],
  [
    "Azure: a blob without size",
    () => readAzurePage("<EnumerationResults><Blobs><Blob><Name>a</Name></Blob></Blobs></EnumerationResults>"),
  ],
  ["Google: objects that are none", () => readGooglePage('{"items":[null]}')],
  ["Google: no list", () => readGooglePage('{"items":{}}')],
])("%s is refused", (_, read) => {
  expect(read).toThrow(StoreError);
});
