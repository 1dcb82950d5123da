# A dumbbell in ns-2 for validate.mjs: ns dumbbell.tcl FLOWS MBIT RTT_MS QUEUE_PACKETS SECONDS CC SEED.
# Linux's reno or cubic in segments of 1448 bytes, 1500 on the wire. Says how many segments were acknowledged, and the
# goodput after the first quarter.
lassign $argv flows rate rtt queue seconds cc seed
ns-random $seed
set ns [new Simulator]
Agent/TCP set packetSize_ 1450
Agent/TCP set window_ 1000000
Agent/TCP set timestamps_ true
Agent/TCP set windowInit_ 10
set left [$ns node]
set right [$ns node]
$ns duplex-link $left $right ${rate}Mb [expr {$rtt / 2.0}]ms DropTail
# One place less than its limit is for packets that wait.
$ns queue-limit $left $right [expr {$queue + 1}]
$ns queue-limit $right $left 1000000
set tcps {}
for {set i 0} {$i < $flows} {incr i} {
  set from [$ns node]
  set to [$ns node]
  $ns duplex-link $from $left 10000Mb 0.001ms DropTail
  $ns duplex-link $right $to 10000Mb 0.001ms DropTail
  $ns queue-limit $from $left 1000000
  $ns queue-limit $to $right 1000000
  set tcp [new Agent/TCP/Linux]
  set sink [new Agent/TCPSink/Sack1/DelAck]
  $ns attach-agent $from $tcp
  $ns attach-agent $to $sink
  $ns connect $tcp $sink
  $ns at 0 "$tcp select_ca $cc"
  set ftp [new Application/FTP]
  $ftp attach-agent $tcp
  $ns at [expr {[ns-random] / 2147483648.0 * $rtt / 1000.0}] "$ftp start"
  lappend tcps $tcp
}
proc acknowledged {} {
  global tcps
  set sum 0
  foreach tcp $tcps { set sum [expr {$sum + [$tcp set ack_]}] }
  return $sum
}
$ns at [expr {$seconds / 4.0}] { set early [acknowledged] }
$ns at $seconds {
  set all [acknowledged]
  puts "{\"segments\":$all,\"good\":[expr {($all - $early) * 1448 * 8 / ($seconds * 0.75) / 1e6}]}"
  exit 0
}
$ns run
