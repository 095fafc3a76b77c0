import { findOwner } from "../../inventory/find-owner";
import { readPromotionInventory } from "./promotion-fixture";

const { promotion } = readPromotionInventory();

test.each([
  ["images", "pause", "kubernetes"],
  ["images", "kubernetes/pause", "kubernetes"],
  ["images", "etcd", "etcd"],
  ["images", "etcd/debug", "etcd"],
  ["images", "etcdctl", "kubernetes"],
  ["files", "release/v1.0/tool", "kubernetes"],
  ["files", "etcd/v3/etcd.tar.gz", "etcd"],
  ["files", "other/tool", undefined],
  ["files", "releases/tool", undefined],
] as const)("%s at %s belong to %s", (kind, path, owner) => {
  expect(findOwner(promotion, kind, path)).toBe(owner);
});
