#!/bin/sh
# An archive by GNU parallel: COUNT shares on this machine, or on those that --sshlogin names (with the same folders).
#   tools/archive/parallel.sh COUNT FOLDER OUT [OPTIONS OF mien annotate]
set -eu
count=$1 folder=$2 out=$3
shift 3
mkdir -p "$out"
exec parallel --halt never -j "${JOBS:-2}" "${MIEN:-mien}" annotate "$folder" --recursive --resume --quiet --shard "{}/$count" --sqlite "$out/rows-{}.db" "$@" \
  ::: $(seq "$count")
