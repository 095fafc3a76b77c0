import { localPlaces } from "../../../promotion/targets/local-places";

test("a local mirror has a registry, and a bucket for blobs and files", () => {
  const bucket = { endpoint: "http://127.0.0.1:9000", name: "one" };
  const places = localPlaces([
    { mirror: "local/one", registry: "127.0.0.1:5000/root", bucket, isOrigin: true },
    { mirror: "local/two", registry: "127.0.0.1:5001" },
  ]);
  expect(places.map(({ mirror, kind, isOrigin }) => `${mirror} ${kind} ${isOrigin}`)).toEqual([
    "local/one registry true",
    "local/one blobs true",
    "local/one files true",
    "local/two registry false",
  ]);
  expect(places[0]).toMatchObject({ host: "127.0.0.1:5000", root: "root" });
  expect(places[3]).toMatchObject({ host: "127.0.0.1:5001", root: "" });
});
