// Every kind has its row, and its addresses are read back from their text.
#include "endpoint.h"

#include <errno.h>
#include <string.h>

#include "check.h"
#include "opening.h"

#define NAME(number, name) {number, #name},
static const struct {
  int kind;
  const char *name;
} kinds[] = {EACH_KIND(NAME)};
#define KINDS_COUNT (sizeof kinds / sizeof *kinds)

static const struct {
  int kind;
  const char *address;
} addresses[] = {
    {KIND_UNIX, "/tmp/ccp/x"},     {KIND_UNIX, "@name"},        {KIND_NETLINK, "kernel"},
    {KIND_NETLINK, "netlink:977"}, {KIND_NETLINK, "group:22"}, {KIND_CHAR, "device"},
};
#define ADDRESSES_COUNT (sizeof addresses / sizeof *addresses)

static void check_rows(void) {
  for (size_t i = 0; i < KINDS_COUNT; i += 1) {
    const struct endpoint_ops *ops = endpoint_kind(kinds[i].kind);
    CHECK(ops && strcmp(ops->name, kinds[i].name) == 0);
    CHECK(endpoint_kind_named(kinds[i].name) == kinds[i].kind);
    CHECK(ops->limit > 0 && ops->limit <= LIMIT_MESSAGE_BYTES);
    CHECK(ops->open && ops->receive && ops->send && ops->parse_address && ops->format_address);
    CHECK(!ops->detach || ops->attach);
  }
  CHECK(!endpoint_kind(-1) && !endpoint_kind((int)KINDS_COUNT) && endpoint_kind_named("pipe") == -1);
  struct endpoint endpoint;
  CHECK(endpoint_attach(&endpoint, (int)KINDS_COUNT, -1, -1, false) == -EINVAL);
  struct kind_options options = KIND_DEFAULTS;
  struct socket_file file;
  const char *what;
  CHECK(open_kind((int)KINDS_COUNT, &options, 0, NULL, &file, &what) == -EINVAL);
}

static void check_addresses(void) {
  for (size_t i = 0; i < ADDRESSES_COUNT; i += 1) {
    struct endpoint endpoint;
    CHECK(endpoint_attach(&endpoint, addresses[i].kind, -1, -1, false) == 0);
    int64_t peer = endpoint_peer(&endpoint, addresses[i].address);
    CHECK(peer >= 0 && endpoint_peer(&endpoint, addresses[i].address) == peer);
    char text[BYTES_PEER_TEXT];
    CHECK(endpoint_peer_text(&endpoint, (uint32_t)peer, text, sizeof text) == (int)strlen(addresses[i].address));
    CHECK(strcmp(text, addresses[i].address) == 0);
    CHECK(endpoint_peer(&endpoint, "nonsense") == -EINVAL);
    CHECK(endpoint_peer_text(&endpoint, 99, text, sizeof text) == -ESRCH);
    CHECK(endpoint_send(&endpoint, 99, text, 1) == -ESRCH);
    CHECK(endpoint_send(&endpoint, (uint32_t)peer, text, endpoint.ops->limit + 1) == -EMSGSIZE);
    endpoint_detach(&endpoint);
  }
}

int main(void) {
  check_rows();
  check_addresses();
  return 0;
}
