#!/usr/bin/env bash
# How each site's newest run stands. Sites are those of the last experiment, or those named.
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
exec "$here/mooring" twine status --classic --workdir "${WORKDIR:-$here/..}" "$@"
