/**
 * How the promoted index names a manifest or a blob: the repository belongs to it, because a mirror that holds a digest for one
 * repository need not serve it for another.
 */
export function imageKey(repository: string, digest: string): string {
  return `${repository}@${digest}`;
}
