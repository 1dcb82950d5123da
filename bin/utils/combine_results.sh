#!/usr/bin/env bash
# The latest run of each site of the last experiment in one new folder, with a summary.
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
if [ $# -ne 1 ]; then
  echo "Usage: combine_results.sh DIRECTORY" >&2
  exit 1
fi
"$here/mooring" twine combine --workdir "${WORKDIR:-$here/..}" -- "$1" || exit 1
