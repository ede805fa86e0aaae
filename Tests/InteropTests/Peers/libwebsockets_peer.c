/* libwebsockets at either end: commands as lines on standard input, events as lines on standard output.
 * PeerProcess.swift describes both. */

#include <libwebsockets.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A message whose characters are cut apart by the fragments of FRAGMENT bytes. */
static const char PATTERN[] = "я🍏z";
enum { FRAGMENT = 5 };

/* What waits to be written: a frame, or the end of the connection. */
struct item {
	struct item *next;
	int flags; /* of lws_write(); CLOSE for the end */
	size_t length;
	unsigned char bytes[]; /* LWS_PRE free bytes, then the payload */
};
enum { CLOSE = -1 };

/* One connection or listener at a time, and what its command asked for. */
static struct {
	char host[64], path[64], subprotocols[128], ca[512], certificate[512], key[512];
	int port, refuse, deflates;
	size_t limit;
} options;

static struct lws_context *context;
static struct lws_vhost *listener, *client;
static struct lws *connection;
static struct item *first, **last = &first, *sent;
static int negotiated, close_code;
static char close_reason[128], chosen[64];

/* The message that is being received. */
static unsigned char *message;
static size_t message_length, message_capacity;

static void enqueue(int flags, const void *bytes, size_t length)
{
	struct item *item = malloc(sizeof *item + LWS_PRE + length);

	if (!item) abort();
	*item = (struct item){ .flags = flags, .length = length };
	memcpy(item->bytes + LWS_PRE, bytes, length);
	*last = item;
	last = &item->next;
	if (connection) lws_callback_on_writable(connection);
}

static struct item *dequeue(void)
{
	struct item *item = first;

	if (item && !(first = item->next)) last = &first;
	return item;
}

/* MARK: The connection */

static void opened(struct lws *wsi, const char *subprotocol)
{
	connection = wsi;
	close_code = 1006;
	close_reason[0] = 0;
	message_length = 0;
	printf("open %s %s\n", *subprotocol ? subprotocol : "-", negotiated ? "permessage-deflate" : "-");
}

static void note_close(int code, const char *reason, size_t length)
{
	close_code = code;
	snprintf(close_reason, sizeof close_reason, "%.*s", (int)length, reason);
}

/* Echoes each message when it is whole. libwebsockets knows no limit: what an application would do stands here, but
 * for a failure returned at once, which is lost while a server inflates. */
static void receive(struct lws *wsi, const void *part, size_t length)
{
	if (message_length > options.limit) return;
	if (message_length + length > options.limit) {
		message_length += length;
		note_close(LWS_CLOSE_STATUS_MESSAGE_TOO_LARGE, "", 0);
		enqueue(CLOSE, "", 0);
		return;
	}
	if (message_length + length > message_capacity) {
		message_capacity = 2 * (message_length + length);
		if (!(message = realloc(message, message_capacity))) abort();
	}
	if (length) memcpy(message + message_length, part, length);
	message_length += length;
	if (lws_is_final_fragment(wsi) && !lws_remaining_packet_payload(wsi)) {
		enqueue(lws_frame_is_binary(wsi) ? LWS_WRITE_BINARY : LWS_WRITE_TEXT, message, message_length);
		message_length = 0;
	}
}

static int send_next(struct lws *wsi)
{
	/* The compressor reads from a message until the connection is writable again, long after lws_write(). */
	free(sent);
	if (!(sent = dequeue())) return 0;
	if (sent->flags == CLOSE) {
		lws_close_reason(wsi, close_code, (unsigned char *)close_reason, strlen(close_reason));
		return -1;
	}
	if (lws_write(wsi, sent->bytes + LWS_PRE, sent->length, sent->flags) < 0) return -1;
	lws_callback_on_writable(wsi);
	return 0;
}

static int refuse(struct lws *wsi)
{
	static const char body[] = "not you\n";
	unsigned char head[LWS_PRE + 512], *start = head + LWS_PRE, *at = start, *end = head + sizeof head;
	unsigned char content[LWS_PRE + sizeof body];

	memcpy(content + LWS_PRE, body, sizeof body);
	if (lws_add_http_common_headers(wsi, options.refuse, "text/plain", sizeof body - 1, &at, end) ||
	    lws_add_http_header_by_name(wsi, (const unsigned char *)"X-Reason:", (const unsigned char *)"expired", 7,
					&at, end) ||
	    lws_finalize_write_http_header(wsi, start, &at, end) ||
	    lws_write(wsi, content + LWS_PRE, sizeof body - 1, LWS_WRITE_HTTP_FINAL) < 0)
		return -1;
	return 1;
}

static int converse(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t length)
{
	unsigned char *bytes = in;

	switch (reason) {
	case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
		negotiated = 0;
		return options.refuse ? refuse(wsi) : 0;
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
		printf("failed %.*s\n", (int)length, in ? (const char *)in : "");
		return 0;
	case LWS_CALLBACK_ESTABLISHED:
		opened(wsi, options.subprotocols[0] ? lws_get_protocol(wsi)->name : "");
		return 0;
	case LWS_CALLBACK_CLIENT_FILTER_PRE_ESTABLISH:
		chosen[0] = 0; /* the head is gone when the connection is open */
		lws_hdr_copy(wsi, chosen, sizeof chosen, WSI_TOKEN_PROTOCOL);
		return 0;
	case LWS_CALLBACK_CLIENT_ESTABLISHED:
		opened(wsi, chosen);
		return 0;
	case LWS_CALLBACK_RECEIVE:
	case LWS_CALLBACK_CLIENT_RECEIVE:
		receive(wsi, in, length);
		return 0;
	case LWS_CALLBACK_RECEIVE_PONG:
	case LWS_CALLBACK_CLIENT_RECEIVE_PONG:
		printf("pong %.*s\n", (int)length, (const char *)in);
		return 0;
	case LWS_CALLBACK_SERVER_WRITEABLE:
	case LWS_CALLBACK_CLIENT_WRITEABLE:
		return send_next(wsi);
	case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
		if (length < 2) note_close(1005, "", 0);
		else note_close(bytes[0] << 8 | bytes[1], (const char *)bytes + 2, length - 2);
		return 0;
	case LWS_CALLBACK_CLOSED:
	case LWS_CALLBACK_CLIENT_CLOSED:
		printf("closed %d %s\n", close_code, close_reason);
		connection = NULL;
		while (first) free(dequeue());
		return 0;
	default:
		return 0;
	}
}

/* libwebsockets does not tell which extensions are on, but it asks them to begin. */
static int deflate(struct lws_context *context, const struct lws_extension *extension, struct lws *wsi,
		   enum lws_extension_callback_reasons reason, void *user, void *in, size_t length)
{
	int status = lws_extension_callback_pm_deflate(context, extension, wsi, reason, user, in, length);

	if (!status && (reason == LWS_EXT_CB_CONSTRUCT || reason == LWS_EXT_CB_CLIENT_CONSTRUCT)) negotiated = 1;
	return status;
}

static const struct lws_extension extensions[] = {
	{ "permessage-deflate", deflate, "permessage-deflate; client_max_window_bits" },
	{ 0 },
};

/* MARK: The commands */

static struct lws_protocols protocols[] = {
	{ .name = options.subprotocols, .callback = converse, .rx_buffer_size = 65536 },
	{ 0 },
};

static struct lws_vhost *make_vhost(int port)
{
	struct lws_context_creation_info info = { .port = port, .protocols = protocols };

	info.extensions = options.deflates ? extensions : NULL;
	info.iface = port < 0 ? NULL : "127.0.0.1";
	info.vhost_name = port < 0 ? "client" : "server";
	if (*options.ca) info.client_ssl_ca_filepath = options.ca;
	if (*options.ca || *options.certificate) info.options |= LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
	if (*options.certificate) {
		info.ssl_cert_filepath = options.certificate;
		info.ssl_private_key_filepath = options.key;
	}
	return lws_create_vhost(context, &info);
}

static void listen_now(void)
{
	if (!(listener = make_vhost(0))) printf("failed cannot listen\n");
	else printf("ready %d\n", lws_get_vhost_listen_port(listener));
}

static void connect_now(void)
{
	struct lws_client_connect_info info = { .context = context, .address = options.host, .port = options.port };

	if (client) lws_vhost_destroy(client);
	client = make_vhost(CONTEXT_PORT_NO_LISTEN);
	negotiated = 0;
	info.vhost = client;
	info.path = options.path;
	info.host = options.host;
	info.origin = options.host;
	info.protocol = *options.subprotocols ? options.subprotocols : NULL;
	info.local_protocol_name = protocols[0].name;
	info.ssl_connection = *options.ca ? LCCSCF_USE_SSL : 0;
	/* A failure is reported by LWS_CALLBACK_CLIENT_CONNECTION_ERROR. */
	lws_client_connect_via_info(&info);
}

static void read_options(char *words)
{
	memset(&options, 0, sizeof options);
	for (char *word = strtok(words, " "); word; word = strtok(NULL, " ")) {
		sscanf(word, "subprotocols=%127s", options.subprotocols);
		sscanf(word, "ca=%511s", options.ca);
		sscanf(word, "certificate=%511s", options.certificate);
		sscanf(word, "key=%511s", options.key);
		sscanf(word, "limit=%zu", &options.limit);
		sscanf(word, "refuse=%d", &options.refuse);
		if (!strcmp(word, "deflate=on")) options.deflates = 1;
		if (sscanf(word, "ws://%63[^:]:%d%63s", options.host, &options.port, options.path) < 2)
			sscanf(word, "wss://%63[^:]:%d%63s", options.host, &options.port, options.path);
	}
}

static void send_fragments(int count)
{
	size_t length = count * (sizeof PATTERN - 1), size;
	char *text = malloc(length);

	if (!text) abort();
	for (int index = 0; index < count; index++)
		memcpy(text + index * (sizeof PATTERN - 1), PATTERN, sizeof PATTERN - 1);
	for (size_t start = 0; start < length; start += size) {
		size = length - start < FRAGMENT ? length - start : FRAGMENT;
		enqueue((start ? LWS_WRITE_CONTINUATION : LWS_WRITE_TEXT) |
				(start + size < length ? LWS_WRITE_NO_FIN : 0), text + start, size);
	}
	free(text);
}

static void obey(char *line)
{
	char *words = strchr(line, ' ');

	if (words) *words++ = 0;
	else words = line + strlen(line);
	if (!strcmp(line, "listen")) {
		read_options(words);
		listen_now();
	} else if (!strcmp(line, "stop")) {
		lws_vhost_destroy(listener);
		printf("stopped\n");
	} else if (!strcmp(line, "connect")) {
		read_options(words);
		connect_now();
	} else if (!strcmp(line, "fragments")) {
		send_fragments(atoi(words));
	} else if (!strcmp(line, "send")) {
		size_t size = strtoul(words, NULL, 10);
		void *zeros = calloc(size, 1);

		if (!zeros) abort();
		enqueue(LWS_WRITE_BINARY, zeros, size);
		free(zeros);
	} else if (!strcmp(line, "ping")) {
		enqueue(LWS_WRITE_PING, words, strlen(words));
	} else if (!strcmp(line, "close")) {
		char *reason;
		int code = strtol(words, &reason, 10);

		note_close(code, reason + (*reason == ' '), strlen(reason + (*reason == ' ')));
		enqueue(CLOSE, "", 0);
	}
}

/* Standard input, which libwebsockets polls with the sockets. */
static int commands(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t length)
{
	static char line[2048];
	static size_t used;
	char *end;
	ssize_t count;

	if (reason == LWS_CALLBACK_RAW_CLOSE_FILE) exit(0);
	if (reason != LWS_CALLBACK_RAW_RX_FILE) return 0;
	count = read(STDIN_FILENO, line + used, sizeof line - 1 - used);
	if (count <= 0) exit(0);
	used += count;
	line[used] = 0;
	while ((end = strchr(line, '\n'))) {
		*end = 0;
		obey(line);
		used -= end + 1 - line;
		memmove(line, end + 1, used + 1);
	}
	return 0;
}

int main(void)
{
	static const struct lws_protocols input[] = { { .name = "commands", .callback = commands }, { 0 } };
	struct lws_context_creation_info info = {
		.port = CONTEXT_PORT_NO_LISTEN,
		.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS | LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT |
			   LWS_SERVER_OPTION_VALIDATE_UTF8,
		.protocols = input,
		.vhost_name = "commands",
	};
	lws_sock_file_fd_type descriptor = { .filefd = STDIN_FILENO };
	struct lws_vhost *vhost;

	setvbuf(stdout, NULL, _IOLBF, 0);
	lws_set_log_level(LLL_ERR, NULL);
	if (!(context = lws_create_context(&info)) || !(vhost = lws_create_vhost(context, &info)) ||
	    !lws_adopt_descriptor_vhost(vhost, LWS_ADOPT_RAW_FILE_DESC, descriptor, "commands", NULL))
		return 1;
	printf("hello\n");
	while (lws_service(context, 0) >= 0)
		;
	return 1;
}
