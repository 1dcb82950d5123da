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
need firefox-esr firefox-esr
need tcpdump tcpdump
need tshark tshark
need tcptrace tcptrace
need ip iproute2
need ethtool ethtool
need ping iputils-ping
need ssh openssh-client
[ -x /usr/sbin/sshd ] || wanted+=(openssh-server)
need clang clang
need llvm-strip llvm
need iperf3 iperf3
need redis-server redis-server
need bpftool bpftool
need nft nftables
need python3 python3
python3 -c "import ensurepip" 2>/dev/null || wanted+=(python3-venv)
need musl-gcc musl-tools
case "$(uname -m)" in
  x86_64) other=aarch64 other_deb=arm64 ;;
  aarch64) other=x86_64 other_deb=amd64 ;;
esac
if [ -n "${other:-}" ]; then
  need "$other-linux-gnu-gcc" "gcc-${other/_/-}-linux-gnu"
  need "qemu-$other-static" qemu-user-static
fi
# The build of libccp's crate reads C headers through it.
ls /usr/lib/llvm-*/lib/libclang.so* >/dev/null 2>&1 || wanted+=(libclang-dev)
if [ ${#wanted[@]} -gt 0 ]; then
  echo "tools: installing ${wanted[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq >/dev/null 2>&1
  for package in "${wanted[@]}"; do
    apt-get install -y -qq "$package" >/dev/null 2>&1 || echo "tools: no package $package here"
  done
fi

# musl for the other processor. Debian has it in that processor's packages only, and to add an
# architecture would change what this machine installs: its two folders are taken from the package,
# by an apt with lists of its own.
musl_of_other() {
  local folder apt mirror
  # Where this machine's own packages come from.
  mirror=$(apt-get indextargets --format '$(SITE)' 2>/dev/null | head -1)
  [ -n "$mirror" ] || return 1
  folder=$(mktemp -d) || return 1
  mkdir -p "$folder/lists/partial" "$folder/archives/partial"
  echo "deb [arch=$other_deb] $mirror $(. /etc/os-release && echo "$VERSION_CODENAME") main" >"$folder/sources.list"
  apt=(apt-get -qq -o "Dir::Etc::sourcelist=$folder/sources.list" -o Dir::Etc::sourceparts=/dev/null
    -o "Dir::State::lists=$folder/lists" -o "Dir::Cache=$folder" -o "APT::Architectures::=$other_deb"
    -o APT::Sandbox::User=root)
  (cd "$folder" && "${apt[@]}" update && "${apt[@]}" download "musl:$other_deb" "musl-dev:$other_deb") >/dev/null 2>&1 &&
    for package in "$folder"/*.deb; do
      dpkg-deb --fsys-tarfile "$package" | tar -x -C / --wildcards \
        "./usr/lib/$other-linux-musl" "./usr/include/$other-linux-musl" "./lib/$other-linux-musl" 2>/dev/null
    done
  rm -rf "$folder"
}
if [ -n "${other:-}" ] && [ ! -e "/usr/lib/$other-linux-musl/musl-gcc.specs" ]; then
  echo "tools: fetching musl for $other_deb"
  musl_of_other
  [ -e "/usr/lib/$other-linux-musl/musl-gcc.specs" ] || echo "tools: no musl for $other_deb here, glibc serves"
fi
exit 0
