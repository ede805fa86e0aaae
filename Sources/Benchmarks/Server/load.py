"""What loads a server: raw sockets on one epoll, so that the load is the cheaper side even for a fast server.

Each message's text is `#NUMBER~` and some padding: the mark `~` counts deliveries without parsing, the number tells
which message it was where that is wanted.
"""

import base64
import collections
import json
import os
import re
import select
import socket
import time

TEXT = "#{:07d}~ Thank you for your patience, I am looking at your order right now."
NUMBER = re.compile(rb"#(\d{7})~")
PING = b"__ping__"
# A text frame of eight bytes, masked with zeroes.
PONG = b"\x81\x88\0\0\0\0__pong__"


class LoadError(Exception):
    """The server did not do what it must."""


def connect(port):
    connection = socket.create_connection(("127.0.0.1", port), timeout=20)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def request(port, method, path, body=None, token=None):
    """One HTTP call; its JSON."""
    with connect(port) as connection:
        connection.sendall(http(method, path, body, token, close=True))
        data = b""
        while part := connection.recv(65536):
            data += part
    head, _, content = data.partition(b"\r\n\r\n")
    status = int(head.split(b" ", 2)[1])
    if status >= 300:
        raise LoadError(f"{method} {path.split('?')[0]}: {status} {content[:200]!r}")
    if b"chunked" in head.lower():
        content = content.partition(b"\r\n")[2].rpartition(b"\r\n0\r\n")[0]
    return json.loads(content)


def http(method, path, body=None, token=None, close=False):
    data = b"" if body is None else json.dumps(body).encode()
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(data)}\r\n"
    if data:
        head += "Content-Type: application/json\r\n"
    if token:
        head += f"Authorization: Bearer {token}\r\n"
    if close:
        head += "Connection: close\r\n"
    return head.encode() + b"\r\n" + data


class Listeners:
    """Sockets that listen to dialogs."""

    def __init__(self, epoll):
        self.epoll = epoll
        self.sockets = {}
        self.counts = collections.Counter()
        self.tails = {}
        self.on_number = None

    def open(self, port, paths):
        """Opens a socket for each path, all at once, and waits until all are open; how long that took, in seconds."""
        key = base64.b64encode(os.urandom(16)).decode()
        began = time.perf_counter()
        waiting = {}
        poll = select.epoll()
        for path in paths:
            connection = socket.socket()
            connection.setblocking(False)
            connection.connect_ex(("127.0.0.1", port))
            poll.register(connection, select.EPOLLOUT)
            waiting[connection.fileno()] = (connection, path)
        refused = 0
        deadline = began + 60
        while waiting:
            if time.perf_counter() > deadline:
                raise LoadError(f"{len(waiting)} of {len(paths)} sockets are not open after 60 s")
            for fd, event in poll.poll(1):
                connection, path = waiting[fd]
                if event & select.EPOLLOUT:
                    connection.sendall(
                        f"GET {path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode())
                    poll.modify(connection, select.EPOLLIN)
                    continue
                try:
                    answer = connection.recv(65536)
                except ConnectionError:
                    answer = b""
                del waiting[fd]
                poll.unregister(connection)
                # A refusal may come behind the 101, as a Close frame.
                if not answer.startswith(b"HTTP/1.1 101") or b"\r\n\r\n\x88" in answer:
                    refused += 1
                    connection.close()
                    continue
                self.sockets[fd] = connection
                self.tails[fd] = b""
                self.epoll.register(connection, select.EPOLLIN)
        poll.close()
        if refused:
            raise LoadError(f"{refused} of {len(paths)} sockets were refused")
        return time.perf_counter() - began

    def readable(self, fd):
        """Takes what has come; how many messages it held."""
        try:
            data = self.sockets[fd].recv(1 << 18)
        except BlockingIOError:
            return 0
        if not data:
            raise LoadError("a socket was closed under load")
        if PING in data:
            self.sockets[fd].send(PONG)
        count = data.count(b"~")
        self.counts[fd] += count
        if self.on_number:
            data = self.tails[fd] + data
            end = 0
            for found in NUMBER.finditer(data):
                self.on_number(int(found[1]))
                end = found.end()
            self.tails[fd] = data[max(end, len(data) - 8):]
        return count

    def close(self):
        for connection in self.sockets.values():
            self.epoll.unregister(connection)
            connection.close()
        self.sockets.clear()


class Posters:
    """Connections that post one message after another, each when the one before is answered."""

    def __init__(self, epoll, port, token, count):
        self.epoll = epoll
        self.token = token
        self.connections = {}
        self.buffers = {}
        self.idle = collections.deque()
        self.number = 0
        self.answered = 0
        self.sent = {}
        # A server stores a client id once: each run's are its own.
        self.run = os.urandom(6).hex()
        for _ in range(count):
            connection = connect(port)
            connection.setblocking(False)
            epoll.register(connection, select.EPOLLIN)
            self.connections[connection.fileno()] = connection
            self.buffers[connection.fileno()] = b""
            self.idle.append(connection.fileno())

    def post(self, dialog):
        """Posts on an idle connection; false if there is none."""
        if not self.idle:
            return False
        fd = self.idle.popleft()
        self.number += 1
        body = {"sender": "manager", "text": TEXT.format(self.number), "client_id": f"{self.run}-{self.number}"}
        self.sent[self.number] = time.perf_counter()
        self.connections[fd].sendall(http("POST", f"/api/dialogs/{dialog}/messages", body, self.token))
        return True

    def readable(self, fd):
        data = self.buffers[fd] + self.connections[fd].recv(65536)
        head, mark, content = data.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.I)
        if not mark or not length or len(content) < int(length[1]):
            if data == self.buffers[fd]:
                raise LoadError("a posting connection was closed under load")
            self.buffers[fd] = data
            return
        if not head.startswith(b"HTTP/1.1 200"):
            raise LoadError(f"a post was answered with {data[:200]!r}")
        self.buffers[fd] = b""
        self.answered += 1
        self.idle.append(fd)

    def close(self):
        for connection in self.connections.values():
            self.epoll.unregister(connection)
            connection.close()


def percentile(values, share):
    values = sorted(values)
    return values[min(int(len(values) * share), len(values) - 1)] if values else float("nan")
