#!/bin/busybox sh
# Inside the machine: a flow over loopback under the helper, then the helper killed.
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mkdir -p /tmp/ccp
ip link set lo up
uname -r
available=/proc/sys/net/ipv4/tcp_available_congestion_control
agent /install &
sleep 1
mooring-helper bpf --check || echo "FAILED: --check"
mooring-helper bpf --default --agent /tmp/agent --bind /tmp/kernel &
helper=$!
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do grep -q mooring $available && break; sleep 1; done
sleep 1
echo "default: $(cat /proc/sys/net/ipv4/tcp_congestion_control)"
nc -l -p 5000 >/dev/null &
sleep 1
for i in 1 2 3 4 5; do dd if=/dev/zero bs=64k count=64 2>/dev/null | nc 127.0.0.1 5000 && break; sleep 1; done
sleep 1
kill -9 $helper
sleep 2
echo "after: $(cat $available), default $(cat /proc/sys/net/ipv4/tcp_congestion_control)"
mooring-helper bpf --agent /tmp/agent --bind /tmp/kernel &
helper=$!
sleep 2
kill $helper
sleep 1
echo "after the second: $(cat $available)"
dmesg | grep -iE "warn|bug:|oops" | head -3
echo done
poweroff -f
