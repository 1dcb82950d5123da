// Generated from spec/helper.json by `npm run gen`. Do not edit.
#ifndef MOORING_GENERATED_HELPER_H
#define MOORING_GENERATED_HELPER_H

#define HELPER_VERSION 1

#define EXIT_DONE 0
#define EXIT_FAILED 1
#define EXIT_USAGE 2
#define EXIT_UNSUPPORTED 3

#define KIND_UNIX 0
#define KIND_NETLINK 1
#define KIND_CHAR 2
#define KIND_BPF 3

#define FRAME_HELLO 1
#define FRAME_PEER 2
#define FRAME_MESSAGE 3
#define FRAME_REFUSED 4
#define FRAME_DROPPED 5
#define FRAME_OVERRUN 6
#define FRAME_FAILED 7
#define FRAME_STOP 8

#define BYTES_FRAME_HEADER 8
#define BYTES_PEER_ADDRESS 108
#define BYTES_PEER_TEXT 124
#define BYTES_FRAME 32768
#define BYTES_NLMSG_HEADER 16

#define PEER_MAX 65535
#define PEER_NEW 65535

#define LIMIT_PEER_QUEUE 1024

#define DEFAULT_RECEIVE_TIMEOUT_MS 100
#define DEFAULT_SNAP_BYTES 262144
#define DEFAULT_FD 3

#define PATH_UNIX "/tmp/ccp/portus"
#define PATH_CHAR "/dev/ccpkp"

#endif
