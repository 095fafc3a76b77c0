/** How the promoted index names a file. @param path with or without a leading slash */
export function fileKey(path: string): string {
  return path.startsWith("/") ? path.slice(1) : path;
}
