#!/bin/sh
# Copies what a mirror should have and does not have yet, and verifies every byte before it becomes visible:
#   donor-sync.sh INDEX IMAGES FILES DIRECTORY
# INDEX: URL of the index; IMAGES, FILES: URLs of the public hosts; DIRECTORY: what the mirror serves.
# Needs curl and sha256sum. Running it again continues. DIRECTORY/.mirrorform-copied lists what is copied: without it, all is checked again.
# Lines whose path begins with v2/ are for registries, and are skipped.
set -eu
index=$1 images=$2 files=$3 root=$4
failed=0
list=$(mktemp)
trap 'rm -f "$list" "$list.new"' EXIT
curl -fsS --proto '=https,http' "$index" -o "$list"
mkdir -p "$root"
copied=$root/.mirrorform-copied
touch "$copied"
COPIED=$copied awk 'BEGIN { while ((getline line < ENVIRON["COPIED"]) > 0) seen[line] }
  !/^{"path":"v2\// && !($0 in seen)' "$list" >"$list.new"

is_right() { echo "$2  $1" | sha256sum -c --status - 2>/dev/null; }

while IFS= read -r line; do
  fields=$(printf '%s\n' "$line" |
    sed -n 's,^{"path":"\([A-Za-z0-9._/:@+~=-]*\)"\,"size":\([0-9]*\)\,"sha256":"\([0-9a-f]\{64\}\)"\,"from":"\(/[A-Za-z0-9._/:@+~=-]*\)"}$,\1 \2 \3 \4,p')
  set -- $fields
  if [ $# -ne 4 ]; then echo "skipped: $line" >&2; failed=1; continue; fi
  path=$1 size=$2 sha256=$3 from=$4
  case "/$path/" in */../* | */./* | //*) echo "skipped: $path" >&2; failed=1; continue ;; esac
  case $from in /v2/*) url=$images$from ;; *) url=$files$from ;; esac
  mkdir -p "$root/$(dirname "$path")"
  if [ -f "$root/$path" ] && is_right "$root/$path" "$sha256"; then
    :
  elif curl -fsSL --retry 3 --max-filesize "$size" "$url" -o "$root/$path.part" && is_right "$root/$path.part" "$sha256"; then
    mv "$root/$path.part" "$root/$path"
  else
    rm -f "$root/$path.part"
    echo "failed: $path" >&2
    failed=1
    continue
  fi
  printf '%s\n' "$line" >>"$copied"
done <"$list.new"
exit $failed
