import type { Path, Target } from "../../document/path";
import type { Complaint, Problem } from "../../document/problem";
import { readDocumentFile, type YamlDocument } from "../../document/read-document";
import type { ManifestPlace } from "../promoted";
import type { CheckKind } from "./manifest-kinds";
import { manifestWords } from "./manifest-words";

/** A file of a manifest: what is written, and all its problems. */
export interface CheckedManifest {
  readonly path: string;
  /** As written, also if it is invalid; undefined if it could not be read. */
  readonly value: unknown;
  readonly problems: readonly Problem[];
  placeOf(path: Path, target: Target): ManifestPlace;
  complain(complaint: Complaint, path: Path, target: Target): Problem;
}

/** Reads and checks a file of a manifest. @param selectKind which kind it is, by its content */
export function checkManifest(path: string, selectKind: (value: unknown) => CheckKind): CheckedManifest {
  const document = readDocumentFile(path, manifestWords);
  if (!document.ok) return unreadable(path, document.problems);
  const check = selectKind(document.value);
  return { path, value: document.value, problems: check(document), ...placesOf(document, path) };
}

function placesOf(document: YamlDocument, file: string): Pick<CheckedManifest, "placeOf" | "complain"> {
  return {
    placeOf: (path, target) => ({ file, ...document.locate(path, target) }),
    complain: (complaint, path, target) => document.place(complaint, path, target),
  };
}

function unreadable(path: string, problems: readonly Problem[]): CheckedManifest {
  const place = { file: path, line: 1, column: 1 };
  return {
    path,
    value: undefined,
    problems,
    placeOf: () => place,
    complain: (complaint) => ({ ...place, ...complaint, excerpt: "" }),
  };
}
