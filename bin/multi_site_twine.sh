#!/usr/bin/env bash
# Twine's own way in, over `mooring twine run`: one session per site, in the background.
#
#   multi_site_twine.sh                              operator, the sites below or all of the testbed
#   multi_site_twine.sh SITE PORT                    operator, that port only
#   multi_site_twine.sh MODE SITE PORT SLICE SHM     single_user: a listener in your SLICE; `start`
#                                                    and `stop` through the shared memory SHM
#
# Parameters have Twine's names (tcpdump_filter, experiment_retries, wait_interval, listen_time,
# max_iter_per_retry, snaplen, only_upstream, enable_gro) and come from the environment, else from
# the file $TWINE_PARAMETERS, else from $WORKDIR/twine_parameters.sh, else are Twine's defaults.
#
#   WORKDIR          where runs go: WORKDIR/SITE/…      (needed)
#   TWINE_TESTBED    testbed on this machine to run on  (needed)
#   TWINE_SITES      sites of the operator's form without arguments
#   TWINE_CAPTURE    helper or tcpdump; the best there is when empty
set -u

if [ -z "${WORKDIR:-}" ]; then
  echo "ENV variable WORKDIR is not defined: set it to the folder for the runs" >&2
  exit 1
fi
if [ -z "${TWINE_TESTBED:-}" ]; then
  echo "ENV variable TWINE_TESTBED is not defined: set it to a testbed (mooring testbed show lists them)" >&2
  exit 1
fi

here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
if [ -f "$here/../dist/cli.js" ]; then
  mooring=(node "$here/../dist/cli.js")
else
  mooring=(mooring)
fi

arguments=()
case $# in
  0) read -r -a sites <<<"${TWINE_SITES:-$("${mooring[@]}" testbed show "$TWINE_TESTBED" --sites)}" ;;
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
    sed -n '2,8s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
    exit 2
    ;;
esac
if [ ${#sites[@]} -eq 0 ]; then
  echo "No SITES specified. Exiting!!!" >&2
  exit 1
fi

# A site names a folder in WORKDIR.
for site in "${sites[@]}"; do
  if [[ ! $site =~ ^[A-Za-z0-9][A-Za-z0-9_-]*$ ]]; then
    printf 'SITE is letters, digits, - and _, not %q\n' "$site" >&2
    exit 2
  fi
done

parameters=${TWINE_PARAMETERS:-$WORKDIR/twine_parameters.sh}
[ -f "$parameters" ] && arguments+=(--parameters "$parameters")
[ -n "${TWINE_CAPTURE:-}" ] && arguments+=(--capture "$TWINE_CAPTURE")

mkdir -p "$WORKDIR/utils"
echo "${sites[*]}" >"$WORKDIR/utils/sites_used_last_experiment"
for site in "${sites[@]}"; do
  site=${site^^}
  mkdir -p "$WORKDIR/$site"
  # A session of its own, with nothing of ours held open: the caller and its terminal may end before it does.
  setsid "${mooring[@]}" twine run --testbed "$TWINE_TESTBED" --workdir "$WORKDIR" --no-list --site "$site" \
    "${arguments[@]}" </dev/null >"$WORKDIR/$site/session.log" 2>&1 &
  echo "$site: session $! in the background, its words in $WORKDIR/$site/session.log"
done
