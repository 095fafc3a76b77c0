import { readClosure } from "../../../promotion/image/read-closure";
import { groupSignatureTags } from "../../../promotion/image/signature-tag";
import { addPromoted } from "../../../promotion/ledger/add-promoted";
import type { Ledger } from "../../../promotion/ledger/ledger";
import { listFound, TextPool } from "../../../promotion/ledger/list-found";
import { RepositoryImages } from "../../../promotion/withdrawal/find-owners";
import { blob, image, index, MemoryImageRepository } from "../image/memory-image-repository";

test("what the tags of two images lead to belongs to both, and so do its children", async () => {
  const repository = new MemoryImageRepository();
  const images = [repository.hold(image([blob("one")])), repository.hold(image([blob("two")]))];
  const child = repository.hold(image([blob("signature")]));
  const shared = index([child]);
  const tags = images.map(({ digest }) => `${digest.replace(":", "-")}.sig`);
  for (const tag of tags) repository.hold(shared, tag);
  const signatureTags = groupSignatureTags(tags);
  let ledger: Ledger = { format: 1, newest: 0, images: [], files: [], complete: {} };
  for (const { digest } of images) {
    const closure = await readClosure(digest, { repository, signatureTags });
    const own = { project: "app", repository: "app/a", digest, tags: [] };
    ledger = addPromoted(ledger, { images: listFound(closure, own, new TextPool()), files: [] }, 1);
  }
  const repositories = new RepositoryImages(ledger.images);
  const ownersOf = (wanted: string) =>
    ledger.images
      .filter(({ digest }) => digest === wanted)
      .flatMap((each) => repositories.findOwners(each))
      .map(({ digest }) => digest);
  const both = images.map(({ digest }) => digest).sort();
  expect([ownersOf(shared.digest).sort(), ownersOf(child.digest).sort()]).toEqual([both, both]);
});
