#!/usr/bin/env bash
# Which sites went wrong, with the last lines of their logs. Sites are those of the last experiment, or those named.
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
exec "$here/mooring" twine errors --classic --workdir "${WORKDIR:-$here/..}" "$@"
