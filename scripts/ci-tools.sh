#!/usr/bin/env bash
# Brings what the larger suites want from Debian's packages, where this is Debian and we are
# root. What cannot be had is left out: the suites say what they skip.
set -u
[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || { echo "tools: not Debian or not root, nothing installed"; exit 0; }
wanted=()
need() { command -v "$1" >/dev/null || wanted+=("$2"); }
need cc gcc
need make make
need chromium chromium
need tcpdump tcpdump
need tshark tshark
need tcptrace tcptrace
need ip iproute2
need ethtool ethtool
need ping iputils-ping
need python3 python3
# The build of libccp's crate reads C headers through it.
ls /usr/lib/llvm-*/lib/libclang.so* >/dev/null 2>&1 || wanted+=(libclang-dev)
[ ${#wanted[@]} -eq 0 ] && exit 0
echo "tools: installing ${wanted[*]}"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq >/dev/null 2>&1
for package in "${wanted[@]}"; do
  apt-get install -y -qq "$package" >/dev/null 2>&1 || echo "tools: no package $package here"
done
exit 0
