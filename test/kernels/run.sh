#!/usr/bin/env bash
# Boots Debian's kernels in an emulated machine and runs a flow under the helper on each. Root, network, a minute a kernel.
#   test/kernels/run.sh [6.1 6.12 …]
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap "rm -rf \"$work\"" EXIT
need() { command -v "$1" >/dev/null || { echo "kernels: skipped, no $1 here ($2)"; exit 0; }; }
need qemu-system-x86_64 "apt install qemu-system-x86"
need busybox "apt install busybox-static"
need cpio "apt install cpio"
need musl-gcc "apt install musl-tools"
[ "$(uname -m)" = x86_64 ] || { echo "kernels: skipped, not x86-64"; exit 0; }
image="$work/image"
mkdir -p "$image/bin" "$image/proc" "$image/sys" "$image/tmp" "$image/dev" "$work/headers"
ln -s /usr/include/linux /usr/include/asm-generic "$work/headers"
ln -s /usr/include/x86_64-linux-gnu/asm "$work/headers"
make -s -C "$root/helper" BUILD="$work/helper" CC=musl-gcc "CFLAGS=-O2 -isystem $work/headers" "LDFLAGS=-static -s" "$work/helper/mooring-helper"
musl-gcc -O2 -static -o "$image/bin/agent" "$root/test/kernels/agent.c" "$root/helper/src/ccp_messages.c"
cp "$work/helper/mooring-helper" "$image/bin/"
cp "$(command -v busybox)" "$image/bin/busybox"
install -m 755 "$root/test/kernels/init.sh" "$image/init"
node --input-type=module -e "
  import { writeFileSync } from 'node:fs';
  import { compile, encodeMessage } from '$root/dist/index.js';
  const { program } = compile('(def (Report (volatile acked 0) (window 0))) (when true (:= Report.acked (+ Report.acked Ack.bytes_acked)) (:= Report.window Cwnd) (report))');
  const { events, instructions } = program;
  writeFileSync('$image/install', encodeMessage({ type: 'install', sid: 0, programUid: 1, events, instructions, rows: program.rows() }));
"
(cd "$image" && find . | cpio -o -H newc 2>/dev/null | gzip -1) >"$work/initramfs"
failed=0
for version in "${@:-6.1}"; do
  package=$(apt-cache search "^linux-image-$version[.][0-9].*cloud-amd64$" | awk '{print $1}' | grep -v unsigned | sort -V | tail -1)
  [ -n "$package" ] || { echo "$version: no package here"; continue; }
  (cd "$work" && apt-get download -qq "$package" >/dev/null 2>&1 && dpkg-deb -x "$package"_*.deb "$version")
  echo "== $package"
  timeout 300 qemu-system-x86_64 -accel tcg,thread=multi -cpu max -m 1024 -smp 2 -nographic -no-reboot -kernel "$work/$version"/boot/vmlinuz-* \
    -initrd "$work/initramfs" -append "console=ttyS0 quiet panic=1" </dev/null >"$work/$version.log" 2>&1 || true
  tr -d '\r' <"$work/$version.log" | grep -aE "mooring|agent|ready|default:|after|FAILED|[Bb][Uu][Gg]:|WARN" || true
  grep -qa "after the second: reno cubic[^a-z]*$" "$work/$version.log" || { echo "$version: something is left"; failed=1; }
  grep -qa "agent: flow .* ended after [1-9]" "$work/$version.log" || { echo "$version: FAILED"; tail -n 5 "$work/$version.log"; failed=1; }
done
exit $failed
