// The part of Node-API and libuv that the addon calls, declared here so that building it needs no
// Node headers. Both are stable C ABIs: Node-API version 8 (Node >= 16), libuv 1.x.
#ifndef MOORING_NAPI_H
#define MOORING_NAPI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct napi_env__ *napi_env;
typedef struct napi_value__ *napi_value;
typedef struct napi_ref__ *napi_ref;
typedef struct napi_callback_info__ *napi_callback_info;
typedef struct napi_handle_scope__ *napi_handle_scope;
typedef struct napi_async_context__ *napi_async_context;
typedef struct napi_async_cleanup_hook_handle__ *napi_async_cleanup_hook_handle;
typedef int napi_status; // 0 is napi_ok
typedef napi_value (*napi_callback)(napi_env, napi_callback_info);
typedef void (*napi_finalize)(napi_env, void *data, void *hint);
typedef void (*napi_async_cleanup_hook)(napi_async_cleanup_hook_handle, void *data);

napi_status napi_create_function(napi_env, const char *name, size_t, napi_callback, void *data, napi_value *);
napi_status napi_set_named_property(napi_env, napi_value object, const char *name, napi_value);
napi_status napi_get_cb_info(napi_env, napi_callback_info, size_t *argc, napi_value *argv, napi_value *self, void **);
napi_status napi_get_value_double(napi_env, napi_value, double *);
napi_status napi_get_value_int32(napi_env, napi_value, int32_t *);
napi_status napi_get_value_string_utf8(napi_env, napi_value, char *, size_t, size_t *);
napi_status napi_get_array_length(napi_env, napi_value array, uint32_t *);
napi_status napi_get_element(napi_env, napi_value array, uint32_t index, napi_value *);
napi_status napi_get_value_external(napi_env, napi_value, void **);
napi_status napi_get_typedarray_info(napi_env, napi_value, int *type, size_t *length, void **data, napi_value *, size_t *);
napi_status napi_create_double(napi_env, double, napi_value *);
napi_status napi_create_string_utf8(napi_env, const char *, size_t, napi_value *);
napi_status napi_create_external(napi_env, void *, napi_finalize, void *hint, napi_value *);
napi_status napi_get_undefined(napi_env, napi_value *);
napi_status napi_get_global(napi_env, napi_value *);
napi_status napi_throw_type_error(napi_env, const char *code, const char *message);
napi_status napi_create_reference(napi_env, napi_value, uint32_t, napi_ref *);
napi_status napi_delete_reference(napi_env, napi_ref);
napi_status napi_get_reference_value(napi_env, napi_ref, napi_value *);
napi_status napi_open_handle_scope(napi_env, napi_handle_scope *);
napi_status napi_close_handle_scope(napi_env, napi_handle_scope);
napi_status napi_async_init(napi_env, napi_value resource, napi_value name, napi_async_context *);
napi_status napi_async_destroy(napi_env, napi_async_context);
napi_status napi_make_callback(napi_env, napi_async_context, napi_value receiver, napi_value function, size_t argc,
                               const napi_value *argv, napi_value *result);
napi_status napi_create_object(napi_env, napi_value *);
napi_status napi_add_async_cleanup_hook(napi_env, napi_async_cleanup_hook, void *, napi_async_cleanup_hook_handle *);
napi_status napi_remove_async_cleanup_hook(napi_async_cleanup_hook_handle);

struct uv_loop_s;
typedef struct uv_poll_handle { // the public head of every uv handle; the rest is opaque
  void *data;
} uv_poll_handle;
typedef void (*uv_poll_callback)(uv_poll_handle *, int status, int events);
typedef void (*uv_close_callback)(uv_poll_handle *);
enum { UV_POLL_TYPE = 8, UV_READABLE_EVENT = 1 };

napi_status napi_get_uv_event_loop(napi_env, struct uv_loop_s **);
size_t uv_handle_size(int type);
int uv_poll_init(struct uv_loop_s *, uv_poll_handle *, int fd);
int uv_poll_start(uv_poll_handle *, int events, uv_poll_callback);
void uv_close(uv_poll_handle *, uv_close_callback);

#endif
