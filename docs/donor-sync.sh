#!/bin/sh
# Copies what a mirror lacks, and verifies every byte before it becomes visible:
#   donor-sync.sh INDEX IMAGES FILES DIRECTORY
# INDEX: URL of the index; IMAGES, FILES: URLs of the public hosts; DIRECTORY: what the mirror serves.
# Needs curl and sha256sum. Running it again continues.
set -eu
index=$1 images=$2 files=$3 root=$4
failed=0
list=$(mktemp)
trap 'rm -f "$list"' EXIT
curl -fsS --proto '=https,http' "$index" -o "$list"
while IFS= read -r line; do
  fields=$(printf '%s\n' "$line" |
    sed -n 's,^{"path":"\([A-Za-z0-9._/:@+~=-]*\)"\,"size":\([0-9]*\)\,"sha256":"\([0-9a-f]\{64\}\)"\,"from":"\(/[A-Za-z0-9._/:@+~=-]*\)"}$,\1 \2 \3 \4,p')
  set -- $fields
  if [ $# -ne 4 ]; then echo "skipped: $line" >&2; failed=1; continue; fi
  path=$1 size=$2 sha256=$3 from=$4
  case "/$path/" in */../* | */./* | //*) echo "skipped: $path" >&2; failed=1; continue ;; esac
  case $from in /v2/*) url=$images$from ;; *) url=$files$from ;; esac
  mkdir -p "$root/$(dirname "$path")"
  if curl -fsSL --retry 3 --max-filesize "$size" "$url" -o "$root/$path.part" &&
    echo "$sha256  $root/$path.part" | sha256sum -c --status -; then
    mv "$root/$path.part" "$root/$path"
  else
    rm -f "$root/$path.part"
    echo "failed: $path" >&2
    failed=1
  fi
done <"$list"
exit $failed
