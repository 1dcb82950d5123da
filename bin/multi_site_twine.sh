#!/usr/bin/env bash
# Twine's own way in, over `mooring twine run`: one session per site. Each is planned here, where its refusal is
# seen and ends this script with it; then it goes on in the background.
#
#   multi_site_twine.sh                              operator, the sites below or all of the testbed
#   multi_site_twine.sh SITE PORT                    operator, that port only
#   multi_site_twine.sh MODE SITE PORT SLICE SHM     single_user: a listener in your SLICE; `start`
#                                                    and `stop` through the shared memory SHM
set -u
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")

# ---- Values. Write yours after the =, such as listen_time=300. Where nothing is, the environment counts, then the
# file $TWINE_PARAMETERS (else $WORKDIR/twine_parameters.sh), then the value in the remark.

tcpdump_filter=${tcpdump_filter:-}         # all    a pcap filter expression; all takes every frame
experiment_retries=${experiment_retries:-} # 4      how often to listen and wait
wait_interval=${wait_interval:-}           # 40     seconds between
listen_time=${listen_time:-}               # 20     seconds of one capture
max_iter_per_retry=${max_iter_per_retry:-} # 1      captures in a row
snaplen=${snaplen:-}                       # 200    bytes kept of a frame; 0 keeps all
only_upstream=${only_upstream:-}           # 0      1: uplinks alone
enable_gro=${enable_gro:-}                 # 0      1: leave receive offload on
rotation_interval=${rotation_interval:-}   # 1800   seconds before the next ports take their turn

sites=${TWINE_SITES:-}                     #        sites of the form without arguments; all when empty
testbed=${TWINE_TESTBED:-}                 #        testbed to run on (mooring testbed show lists them)
workdir=${WORKDIR:-}                       #        where runs go: workdir/SITE/latest_run
capture=${TWINE_CAPTURE:-}                 #        helper or tcpdump; the best there is when empty

# ---- Nothing to edit from here on.

for name in tcpdump_filter experiment_retries wait_interval listen_time max_iter_per_retry snaplen only_upstream \
  enable_gro rotation_interval; do
  if [ -n "${!name}" ]; then export "${name?}"; else unset "$name"; fi
done

mooring=$here/utils/mooring
if [ ! -x "$mooring" ]; then
  echo "$mooring is not there: this script goes with its folder (mooring twine init DIR lays it out)" >&2
  exit 1
fi
if [ -z "$workdir" ]; then
  echo "ENV variable WORKDIR is not defined: set it, or workdir in ${BASH_SOURCE[0]}, to the folder for the runs" >&2
  exit 1
fi
if [ -z "$testbed" ]; then
  echo "no testbed is named: set testbed in ${BASH_SOURCE[0]}, or TWINE_TESTBED (mooring testbed show lists them)" >&2
  exit 1
fi

arguments=(--testbed "$testbed" --workdir "$workdir")
all=
case $# in
  0)
    # Of all there are, those take part that can: somewhere a site always has no NIC left.
    [ -z "$sites" ] && all=1
    read -r -a sites <<<"${sites:-$("$mooring" testbed show "$testbed" --sites)}"
    ;;
  2)
    sites=("$1")
    arguments+=(--port "$2")
    ;;
  5)
    sites=("$2")
    arguments+=(--mode "$1" --port "$3" --slice "$4" --shared-memory "$5")
    if [ "$1" != operator ] && [ "$1" != single_user ]; then
      echo "MODE is operator or single_user, not $1" >&2
      exit 2
    fi
    ;;
  *)
    sed -n '2,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
    exit 2
    ;;
esac
if [ ${#sites[@]} -eq 0 ]; then
  echo "No SITES specified. Exiting!!!" >&2
  exit 1
fi

# A site names a folder in workdir.
for site in "${sites[@]}"; do
  if [[ ! $site =~ ^[A-Za-z0-9][A-Za-z0-9_-]*$ ]]; then
    printf 'SITE is letters, digits, - and _, not %q\n' "$site" >&2
    exit 2
  fi
done

parameters=${TWINE_PARAMETERS:-$workdir/twine_parameters.sh}
[ -f "$parameters" ] && arguments+=(--parameters "$parameters")
[ -n "$capture" ] && arguments+=(--capture "$capture")

chosen=()
code=0
for site in "${sites[@]}"; do
  if "$mooring" twine run --dry-run --site "$site" "${arguments[@]}"; then
    chosen+=("$site")
  else
    code=$?
    [ -z "$all" ] && exit "$code"
    echo "$site is left out" >&2
  fi
done
[ ${#chosen[@]} -eq 0 ] && exit "$code"
sites=("${chosen[@]}")

mkdir -p "$workdir/utils"
echo "${sites[*]^^}" >"$workdir/utils/sites_used_last_experiment"
for site in "${sites[@]}"; do
  site=${site^^}
  mkdir -p "$workdir/$site"
  # A session of its own, with nothing of ours held open: the caller and its terminal may end before it does.
  setsid "$mooring" twine run --no-list --site "$site" "${arguments[@]}" </dev/null >"$workdir/$site/session.log" 2>&1 &
  echo "$site: session $! in the background, its words in $workdir/$site/session.log"
done
