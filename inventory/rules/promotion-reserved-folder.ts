import { membersOf } from "../../document/draft";
import { blobFolder } from "../names";
import type { Rule } from "../rule";

/** Files stay out of the folder of images' blobs. */
export const promotionReservedFolder: Rule = {
  id: "promotion/reserved-folder",
  severity: "error",
  reason: `Buckets keep images' blobs in \`${blobFolder}/\`: a file there could take the place of a blob.`,
  *check({ promotion }) {
    for (const [key, project] of membersOf(promotion?.projects)) {
      const at = "files-at" in project ? project["files-at"] : key;
      if (at === undefined || !isReserved(at)) continue;
      const path = ["promotion", "projects", key];
      const message = `${at} is where the blobs of images are`;
      const fix = "Choose another folder: files-at: release";
      yield "files-at" in project
        ? { path: [...path, "files-at"], message, fix }
        : { path, target: "key", message, fix };
    }
  },
};

function isReserved(folder: string): boolean {
  return `${folder}/`.startsWith(`${blobFolder}/`) || blobFolder.startsWith(`${folder}/`);
}
