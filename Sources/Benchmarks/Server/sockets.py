"""Calls to a server, and sockets that are opened at it and held."""

import base64
import json
import os
import select
import socket
import time


class LoadError(Exception):
    """The server did not do what it must."""


def connect(port):
    connection = socket.create_connection(("127.0.0.1", port), timeout=20)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def request(port, method, path, body=None):
    """One HTTP call; its JSON."""
    with connect(port) as connection:
        connection.sendall(http(method, path, body))
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


def http(method, path, body):
    data = b"" if body is None else json.dumps(body).encode()
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {len(data)}\r\n"
    if data:
        head += "Content-Type: application/json\r\n"
    return head.encode() + b"\r\n" + data


class Listeners:
    """Sockets that listen to dialogs."""

    def __init__(self):
        self.sockets = []

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
                self.sockets.append(connection)
        poll.close()
        if refused:
            raise LoadError(f"{refused} of {len(paths)} sockets were refused")
        return time.perf_counter() - began

    def close(self):
        for connection in self.sockets:
            connection.close()
        self.sockets.clear()
