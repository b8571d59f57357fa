#!/bin/sh
# An archive on a Slurm cluster: one array task for each share.
#   sbatch --array=1-16 tools/archive/slurm.sh FOLDER OUT [OPTIONS OF mien annotate]
# Each task has a database and a summary of its own in OUT; tools/archive/merge makes one of them. Submitted again, it does what is not done yet: also
# after a node was lost or a disk was full.
#SBATCH --job-name=mien
#SBATCH --cpus-per-task=2
#SBATCH --requeue
set -eu
folder=$1 out=$2
shift 2
share=$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_MAX
mkdir -p "$out"
exec "${MIEN:-mien}" annotate "$folder" --recursive --resume --quiet --shard "$share" --jobs "${SLURM_CPUS_PER_TASK:-2}" \
  --sqlite "$out/rows-$SLURM_ARRAY_TASK_ID.db" "$@"
