/* echo_lws PORT: an echo server on libwebsockets.
 *
 * As its documentation has it: what is received is queued, and written from the WRITEABLE callback for as long as the
 * socket takes it; reading is held while too much is queued. The service buffer is raised to the 128 KiB that
 * lws_context_creation_info names for throughput. libwebsockets joins no writes: a message is a system call.
 */
#include <libwebsockets.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { SERVICE_BUFFER = 128 * 1024, QUEUE_LIMIT = 1024 * 1024 };

/* A part of a message, as it came. The payload has LWS_PRE bytes of room before it for the frame's head. */
struct part {
    struct part *next;
    size_t length;
    bool is_binary, is_first, is_last;
    unsigned char payload[];
};

struct session {
    struct part *first, **end;
    size_t queued;
    bool is_held;
};

static int enqueue(struct lws *wsi, struct session *session, const void *bytes, size_t length) {
    struct part *part = malloc(sizeof *part + LWS_PRE + length);
    if (!part) return -1;
    part->next = NULL;
    part->length = length;
    part->is_binary = lws_frame_is_binary(wsi);
    part->is_first = lws_is_first_fragment(wsi);
    part->is_last = lws_is_final_fragment(wsi);
    memcpy(part->payload + LWS_PRE, bytes, length);
    *session->end = part;
    session->end = &part->next;
    session->queued += length;
    if (session->queued > QUEUE_LIMIT && !session->is_held) {
        session->is_held = true;
        lws_rx_flow_control(wsi, 0);
    }
    lws_callback_on_writable(wsi);
    return 0;
}

static void dequeue(struct session *session) {
    struct part *part = session->first;
    session->first = part->next;
    if (!session->first) session->end = &session->first;
    session->queued -= part->length;
    free(part);
}

static int write_queued(struct lws *wsi, struct session *session) {
    while (session->first && !lws_partial_buffered(wsi)) {
        struct part *part = session->first;
        int flags = lws_write_ws_flags(part->is_binary ? LWS_WRITE_BINARY : LWS_WRITE_TEXT, part->is_first, part->is_last);
        if (lws_write(wsi, part->payload + LWS_PRE, part->length, (enum lws_write_protocol)flags) < (int)part->length) return -1;
        dequeue(session);
    }
    if (session->is_held && session->queued < QUEUE_LIMIT / 2) {
        session->is_held = false;
        lws_rx_flow_control(wsi, 1);
    }
    if (session->first) lws_callback_on_writable(wsi);
    return 0;
}

static int callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *bytes, size_t length) {
    struct session *session = user;
    switch (reason) {
    case LWS_CALLBACK_ESTABLISHED: session->end = &session->first; return 0;
    case LWS_CALLBACK_RECEIVE: return enqueue(wsi, session, bytes, length);
    case LWS_CALLBACK_SERVER_WRITEABLE: return write_queued(wsi, session);
    case LWS_CALLBACK_CLOSED:
        while (session->first) dequeue(session);
        return 0;
    default: return lws_callback_http_dummy(wsi, reason, user, bytes, length);
    }
}

static const struct lws_protocols protocols[] = {
    {.name = "echo", .callback = callback, .per_session_data_size = sizeof(struct session)}, {.name = NULL}};

static const struct lws_extension extensions[] = {
    {"permessage-deflate", lws_extension_callback_pm_deflate, "permessage-deflate; client_max_window_bits"},
    {NULL, NULL, NULL}};

int main(int count, char **arguments) {
    if (count != 2) {
        fputs("usage: echo_lws PORT\n", stderr);
        return 2;
    }
    struct lws_context_creation_info info = {
        .port = atoi(arguments[1]), .iface = "127.0.0.1", .protocols = protocols, .extensions = extensions,
        .pt_serv_buf_size = SERVICE_BUFFER, .gid = (gid_t)-1, .uid = (uid_t)-1};
    lws_set_log_level(LLL_ERR, NULL);
    struct lws_context *context = lws_create_context(&info);
    if (!context) return 1;
    while (lws_service(context, 0) >= 0) {}
    lws_context_destroy(context);
    return 0;
}
