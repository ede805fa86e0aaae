/* echo_tcp PORT: plain TCP, every byte straight back. No WebSocket server on the same machine can do better: one
 * thread, epoll, one read and one write a wake-up.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BUFFER_SIZE = 256 * 1024, EVENTS = 256 };

struct connection {
    int descriptor;
    size_t begin, end; /* what has been read and not yet written */
    char buffer[BUFFER_SIZE];
};

static int poller;

static void watch(int operation, int descriptor, uint32_t events, void *owner) {
    struct epoll_event event = {.events = events, .data.ptr = owner};
    if (epoll_ctl(poller, operation, descriptor, &event)) {
        perror("epoll_ctl");
        exit(1);
    }
}

static void accept_all(int listener) {
    int descriptor, on = 1;
    while ((descriptor = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        struct connection *connection = malloc(sizeof *connection);
        if (!connection) {
            close(descriptor);
            continue;
        }
        connection->descriptor = descriptor;
        connection->begin = connection->end = 0;
        setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        watch(EPOLL_CTL_ADD, descriptor, EPOLLIN, connection);
    }
}

/* Reads once and writes once. Returns 0 when the connection is over. */
static int echo(struct connection *connection, uint32_t waiting_for) {
    ssize_t count;
    if (connection->begin == connection->end) {
        count = read(connection->descriptor, connection->buffer, sizeof connection->buffer);
        if (count <= 0) return count < 0 && errno == EAGAIN;
        connection->begin = 0;
        connection->end = (size_t)count;
    }
    count = write(connection->descriptor, connection->buffer + connection->begin, connection->end - connection->begin);
    if (count < 0 && errno != EAGAIN) return 0;
    if (count > 0) connection->begin += (size_t)count;
    uint32_t next = connection->begin == connection->end ? EPOLLIN : EPOLLOUT;
    if (next != waiting_for) watch(EPOLL_CTL_MOD, connection->descriptor, next, connection);
    return 1;
}

int main(int count, char **arguments) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int on = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (count != 2) {
        fputs("usage: echo_tcp PORT\n", stderr);
        return 2;
    }
    address.sin_port = htons((uint16_t)atoi(arguments[1]));
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 1024)) {
        perror("echo_tcp");
        return 1;
    }
    poller = epoll_create1(0);
    watch(EPOLL_CTL_ADD, listener, EPOLLIN, NULL);
    for (;;) {
        struct epoll_event events[EVENTS];
        int ready = epoll_wait(poller, events, EVENTS, -1);
        for (int i = 0; i < ready; i++) {
            struct connection *connection = events[i].data.ptr;
            if (!connection) {
                accept_all(listener);
            } else if (!echo(connection, events[i].events & EPOLLOUT ? EPOLLOUT : EPOLLIN)) {
                close(connection->descriptor);
                free(connection);
            }
        }
    }
}
