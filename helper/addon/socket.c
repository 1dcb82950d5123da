// mooring-socket.node: the endpoint of src/endpoint.h for JavaScript. Node has no datagram unix
// sockets and no netlink; here a worker waits in one system call and learns who sent the message,
// and an event loop is told when there is something to read. Results are numbers: >= 0 as named,
// or -errno. JavaScript is never called from a wait, and nothing here allocates per message.
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "../src/opening.h"
#include "../src/options.h"
#include "napi.h"

#define EXPORT __attribute__((visibility("default")))
#define MAX_ARGUMENTS 6
#define MAX_WORDS_BYTES 8192

struct watch {
  napi_env env;
  napi_ref callback, owner;
  napi_async_context context;
  napi_async_cleanup_hook_handle cleanup;
  bool environment_ends;
  struct handle *handle;
  uv_poll_handle *poll;
};

struct handle {
  struct endpoint endpoint;
  struct watch *watch;
};

// The arguments of one call, read in order. A wrong type throws once and makes `ok` false.
struct call {
  napi_env env;
  napi_value values[MAX_ARGUMENTS];
  size_t count, next;
  bool ok;
};

static struct call begin(napi_env env, napi_callback_info info) {
  struct call call = {.env = env, .count = MAX_ARGUMENTS, .ok = true};
  napi_get_cb_info(env, info, &call.count, call.values, NULL, NULL);
  return call;
}

static void reject(struct call *call, const char *message) {
  if (call->ok) napi_throw_type_error(call->env, "ERR_INVALID_ARG_TYPE", message);
  call->ok = false;
}

static napi_value take(struct call *call) {
  napi_value undefined = NULL;
  if (call->next < call->count) return call->values[call->next++];
  napi_get_undefined(call->env, &undefined);
  return undefined;
}

static int32_t take_int(struct call *call) {
  int32_t value = 0;
  if (napi_get_value_int32(call->env, take(call), &value)) reject(call, "expected an integer");
  return value;
}

static void take_text(struct call *call, char *text, size_t size) {
  size_t length = 0;
  // What does not fit is cut, and refused here: one byte is left for telling the two apart.
  if (napi_get_value_string_utf8(call->env, take(call), text, size, &length)) return reject(call, "expected a string");
  if (length + 1 >= size || strlen(text) != length) reject(call, "the string is too long or holds a zero byte");
}

static void *take_bytes(struct call *call, size_t *length) {
  void *data = NULL;
  int type = 0;
  if (napi_get_typedarray_info(call->env, take(call), &type, length, &data, NULL, NULL) || type != 1) {
    reject(call, "expected a Uint8Array");
    *length = 0;
  }
  return data;
}

static struct handle *take_handle(struct call *call) {
  void *data = NULL;
  if (napi_get_value_external(call->env, take(call), &data) || !data) reject(call, "expected a socket handle");
  return data;
}

static napi_value number(napi_env env, double value) {
  napi_value result = NULL;
  napi_create_double(env, value, &result);
  return result;
}

static const char *take_word(struct call *call, char **room, char *end, napi_value list, uint32_t index) {
  napi_value word = NULL;
  size_t length = 0;
  char *text = *room;
  if (napi_get_element(call->env, list, index, &word) ||
      napi_get_value_string_utf8(call->env, word, text, (size_t)(end - text), &length)) {
    reject(call, "expected an array of strings");
    return "";
  }
  // What does not fit is cut, and refused here, as in take_text.
  if (text + length + 1 >= end || strlen(text) != length) reject(call, "the words are too long or hold a zero byte");
  *room += length + 1;
  return text;
}

static const char *failed_step = "";

// open(kind, words): descriptor or -errno. The words are those of `mooring-helper open KIND`.
static napi_value open_socket(napi_env env, napi_callback_info info) {
  struct call call = begin(env, info);
  int kind = take_int(&call);
  napi_value list = take(&call);
  uint32_t count = 0;
  if (napi_get_array_length(env, list, &count)) reject(&call, "expected an array of strings");
  struct kind_options options = KIND_DEFAULTS;
  const struct option_row rows[] = {KIND_ROWS(options)};
  char text[MAX_WORDS_BYTES], *room = text;
  for (uint32_t i = 0; call.ok && i < count; i += 1) {
    const char *word = take_word(&call, &room, text + sizeof text, list, i);
    const char *name = strncmp(word, "--", 2) == 0 ? word + 2 : "";
    const struct option_row *row = find_option(rows, sizeof rows / sizeof *rows, name, strlen(name));
    const char *value = NULL;
    if (row && row->type != OPTION_FLAG) {
      i += 1;
      value = i < count ? take_word(&call, &room, text + sizeof text, list, i) : "";
    }
    if (call.ok && (!row || !read_option(row, value))) return number(env, -EINVAL);
  }
  if (!call.ok) return NULL;
  struct socket_file file; // JavaScript keeps its own account of it
  return number(env, open_kind(kind, &options, 0, NULL, &file, &failed_step));
}

// why(): the step at which the last open failed
static napi_value why(napi_env env, napi_callback_info info) {
  (void)info;
  napi_value text;
  return napi_create_string_utf8(env, failed_step, strlen(failed_step), &text) ? NULL : text;
}

// createWake(): an eventfd, or -errno
static napi_value create_wake(napi_env env, napi_callback_info info) {
  (void)info;
  int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  return number(env, fd < 0 ? -errno : fd);
}

// wake(wakeFd): 0 or -errno; every receive waiting on it, on any thread, returns -ECANCELED
static napi_value wake(napi_env env, napi_callback_info info) {
  struct call call = begin(env, info);
  int fd = take_int(&call);
  uint64_t one = 1;
  if (!call.ok) return NULL;
  return number(env, write(fd, &one, sizeof one) < 0 ? -errno : 0);
}

// closeDescriptor(fd): 0 or -errno
static napi_value close_descriptor(napi_env env, napi_callback_info info) {
  struct call call = begin(env, info);
  int fd = take_int(&call);
  return call.ok ? number(env, close(fd) < 0 ? -errno : 0) : NULL;
}

static void free_handle(napi_env env, void *data, void *hint) {
  (void)env, (void)hint;
  struct handle *handle = data;
  endpoint_detach(&handle->endpoint);
  free(handle);
}

// attach(kind, fd, wakeFd, userPeers): a handle for the calls below, or -errno
static napi_value attach(napi_env env, napi_callback_info info) {
  struct call call = begin(env, info);
  int kind = take_int(&call);
  int fd = take_int(&call);
  int wake_fd = take_int(&call);
  bool user_peers = take_int(&call) != 0;
  if (!call.ok) return NULL;
  struct handle *handle = calloc(1, sizeof *handle);
  if (!handle) return number(env, -ENOMEM);
  int error = endpoint_attach(&handle->endpoint, kind, fd, wake_fd, user_peers);
  napi_value external = NULL;
  if (!error && napi_create_external(env, handle, free_handle, NULL, &external)) error = -ENOMEM;
  if (!error) return external;
  free_handle(env, handle, NULL);
  return number(env, error);
}

// A peer as JavaScript knows it: | generation | number, 16 bits |, so that none is taken for one that had its number.
static double peer_name(const struct endpoint *endpoint, uint32_t number) {
  return endpoint_generation(endpoint, number) * 65536.0 + number;
}

// The number of a peer by that name; one of none where it is another's by now.
static uint32_t take_peer(struct call *call, const struct handle *handle) {
  double name = 0;
  if (napi_get_value_double(call->env, take(call), &name) || !(name >= 0 && name < 281474976710656.0)) {
    reject(call, "expected a peer");
  }
  if (!call->ok) return UINT32_MAX;
  uint64_t whole = (uint64_t)name;
  uint32_t number = whole & 0xffff;
  return endpoint_generation(&handle->endpoint, number) == whole >> 16 ? number : UINT32_MAX;
}

// receive(handle, bytes, timeoutMs): peer * 65536 + length, or -errno; for EMSGSIZE -(peer * 65536 + errno)
static napi_value receive(napi_env env, napi_callback_info info) {
  struct call call = begin(env, info);
  struct handle *handle = take_handle(&call);
  size_t size;
  void *buffer = take_bytes(&call, &size);
  int timeout_ms = take_int(&call);
  if (!call.ok) return NULL;
  uint32_t peer = 0;
  if (size > LIMIT_MESSAGE_BYTES) size = LIMIT_MESSAGE_BYTES;
  ssize_t got = endpoint_receive(&handle->endpoint, buffer, size, timeout_ms, &peer);
  double from = got >= 0 || got == -EMSGSIZE ? peer_name(&handle->endpoint, peer) * 65536.0 : 0;
  return number(env, got < 0 ? (double)got - from : from + (double)got);
}

// send(handle, peer, bytes): 0 or -errno
static napi_value send_message(napi_env env, napi_callback_info info) {
  struct call call = begin(env, info);
  struct handle *handle = take_handle(&call);
  uint32_t peer = take_peer(&call, handle);
  size_t length;
  void *bytes = take_bytes(&call, &length);
  return call.ok ? number(env, endpoint_send(&handle->endpoint, peer, bytes, length)) : NULL;
}

// probe(handle, peer): 0, or the -errno that sending to the peer would give
static napi_value probe_peer(napi_env env, napi_callback_info info) {
  struct call call = begin(env, info);
  struct handle *handle = take_handle(&call);
  uint32_t peer = take_peer(&call, handle);
  return call.ok ? number(env, endpoint_probe(&handle->endpoint, peer)) : NULL;
}

// peer(handle, address): the peer's number, known or new, or -errno
static napi_value peer_of(napi_env env, napi_callback_info info) {
  struct call call = begin(env, info);
  struct handle *handle = take_handle(&call);
  char address[120];
  take_text(&call, address, sizeof address);
  if (!call.ok) return NULL;
  int64_t peer = endpoint_peer(&handle->endpoint, address);
  return number(env, peer < 0 ? (double)peer : peer_name(&handle->endpoint, (uint32_t)peer));
}

// peerAddress(handle, peer): text, or -errno
static napi_value peer_address(napi_env env, napi_callback_info info) {
  struct call call = begin(env, info);
  struct handle *handle = take_handle(&call);
  uint32_t peer = take_peer(&call, handle);
  if (!call.ok) return NULL;
  char text[BYTES_PEER_TEXT];
  int length = endpoint_peer_text(&handle->endpoint, peer, text, sizeof text);
  if (length < 0) return number(env, length);
  napi_value result = NULL;
  napi_create_string_utf8(env, text, (size_t)length, &result);
  return result;
}

static void on_readable(uv_poll_handle *poll, int status, int events) {
  (void)events;
  struct watch *watch = poll->data;
  napi_handle_scope scope;
  if (napi_open_handle_scope(watch->env, &scope)) return;
  napi_value callback, receiver;
  if (!napi_get_reference_value(watch->env, watch->callback, &callback) &&
      !napi_get_global(watch->env, &receiver)) {
    // A throwing callback is Node's uncaughtException, as for any event.
    napi_make_callback(watch->env, watch->context, receiver, callback, 0, NULL, NULL);
  }
  napi_close_handle_scope(watch->env, scope);
  // libuv stops watching at POLLERR. Here that is an error of the socket such as ENOBUFS, which receive has taken by now.
  if (status < 0 && watch->handle) uv_poll_start(poll, UV_READABLE_EVENT, on_readable);
}

static void on_closed(uv_poll_handle *poll) {
  struct watch *watch = poll->data;
  if (watch->environment_ends) {
    napi_remove_async_cleanup_hook(watch->cleanup);
  } else {
    napi_handle_scope scope;
    if (!napi_open_handle_scope(watch->env, &scope)) {
      napi_remove_async_cleanup_hook(watch->cleanup);
      napi_delete_reference(watch->env, watch->callback);
      napi_delete_reference(watch->env, watch->owner);
      napi_async_destroy(watch->env, watch->context);
      napi_close_handle_scope(watch->env, scope);
    }
  }
  free(poll);
  free(watch);
}

static void stop_watch(struct watch *watch) {
  if (watch->handle) watch->handle->watch = NULL;
  else return;
  watch->handle = NULL;
  uv_close(watch->poll, on_closed);
}

static void on_environment_end(napi_async_cleanup_hook_handle hook, void *data) {
  (void)hook;
  struct watch *watch = data;
  watch->environment_ends = true;
  stop_watch(watch);
}

// watch(handle, callback): calls back in this thread's loop while there is something to read.
// 0 or -errno. One watch a handle.
static napi_value watch_readable(napi_env env, napi_callback_info info) {
  struct call call = begin(env, info);
  napi_value owner = call.count > 0 ? call.values[0] : NULL;
  struct handle *handle = take_handle(&call);
  napi_value callback = take(&call);
  if (!call.ok) return NULL;
  if (handle->watch) return number(env, -EALREADY);
  struct watch *watch = calloc(1, sizeof *watch);
  uv_poll_handle *poll = calloc(1, uv_handle_size(UV_POLL_TYPE));
  struct uv_loop_s *loop = NULL;
  napi_value name, resource;
  int error = watch && poll ? 0 : -ENOMEM;
  if (!error && napi_get_uv_event_loop(env, &loop)) error = -ENOSYS;
  if (!error) error = uv_poll_init(loop, poll, handle->endpoint.fd);
  if (error) {
    free(watch);
    free(poll);
    return number(env, error);
  }
  *watch = (struct watch){.env = env, .handle = handle, .poll = poll};
  poll->data = watch;
  handle->watch = watch;
  napi_create_object(env, &resource);
  napi_create_string_utf8(env, "mooring:socket", 14, &name);
  napi_async_init(env, resource, name, &watch->context);
  napi_create_reference(env, callback, 1, &watch->callback);
  napi_create_reference(env, owner, 1, &watch->owner);
  napi_add_async_cleanup_hook(env, on_environment_end, watch, &watch->cleanup);
  error = uv_poll_start(poll, UV_READABLE_EVENT, on_readable);
  if (error) stop_watch(watch);
  return number(env, error);
}

// unwatch(handle): 0
static napi_value unwatch(napi_env env, napi_callback_info info) {
  struct call call = begin(env, info);
  struct handle *handle = take_handle(&call);
  if (!call.ok) return NULL;
  if (handle->watch) stop_watch(handle->watch);
  return number(env, 0);
}

EXPORT int32_t node_api_module_get_api_version_v1(void) { return 8; }

EXPORT napi_value napi_register_module_v1(napi_env env, napi_value exports) {
  static const struct {
    const char *name;
    napi_callback function;
  } table[] = {
      {"open", open_socket},         {"why", why},
      {"createWake", create_wake},   {"wake", wake},
      {"attach", attach},            {"closeDescriptor", close_descriptor},
      {"receive", receive},          {"send", send_message},
      {"peer", peer_of},             {"peerAddress", peer_address},
      {"watch", watch_readable},     {"unwatch", unwatch},
      {"probe", probe_peer},
  };
  for (size_t i = 0; i < sizeof table / sizeof *table; i += 1) {
    napi_value function = NULL;
    if (napi_create_function(env, table[i].name, strlen(table[i].name), table[i].function, NULL, &function)) continue;
    napi_set_named_property(env, exports, table[i].name, function);
  }
  return exports;
}
