"""Resident memory a connection: opens many, speaks on each, and reads the server's size in between."""

import base64
import contextlib
import hashlib
import os
import random
import re
import socket
import struct
import time
import zlib

OFFER = "permessage-deflate; client_max_window_bits"
# Together more than the greatest window of a compressor, 32 KiB, so that all of it has been touched.
MESSAGES = 40
SETTLE_SECONDS = 0.5
TIMEOUT_SECONDS = 60
TAIL = b"\x00\x00\xff\xff"


class WrongAnswer(Exception):
    pass


class Connection:
    """A blocking client of one echo server, no more than measuring needs."""

    def __init__(self, port, deflate):
        self.socket = socket.create_connection(("127.0.0.1", port), TIMEOUT_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        key = base64.b64encode(os.urandom(16)).decode()
        offer = f"Sec-WebSocket-Extensions: {OFFER}\r\n" if deflate else ""
        self.socket.sendall((f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                             f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n{offer}\r\n").encode())
        self.reader = self.socket.makefile("rb", buffering=4096)
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = self.reader.readline()
            if not line:
                raise WrongAnswer("the server ended the opening handshake")
            head += line
        accept = base64.b64encode(hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest())
        if not head.startswith(b"HTTP/1.1 101") or accept not in head:
            raise WrongAnswer(f"not accepted: {head[:60]!r}")
        extensions = re.search(rb"(?im)^sec-websocket-extensions:(.*)$", head)
        if bool(extensions) != deflate:
            raise WrongAnswer(f"asked for deflate: {deflate}, got: {extensions and extensions[1].strip()!r}")
        self.window = None
        if deflate:
            bits = re.search(rb"client_max_window_bits=\"?(\d+)", extensions[1])
            self.window = int(bits[1]) if bits else 15
            self.inflater = zlib.decompressobj(-15)
            self.forgets = b"server_no_context_takeover" in extensions[1]

    def send(self, message, compressed):
        payload, first = (compressed, 0xC1) if compressed is not None else (message, 0x81)
        length = bytes([0x80 | len(payload)]) if len(payload) < 126 else struct.pack("!BH", 0xFE, len(payload))
        # A masking key of zeros is one too, and spares masking in Python.
        self.socket.sendall(bytes([first]) + length + bytes(4) + payload)

    def receive(self):
        message, is_compressed, is_last = b"", False, False
        while not is_last:
            first, second = self.exactly(2)
            length = second & 0x7F
            if length == 126:
                (length,) = struct.unpack("!H", self.exactly(2))
            elif length == 127:
                (length,) = struct.unpack("!Q", self.exactly(8))
            payload = self.exactly(length)
            if first & 0x08:
                continue
            is_compressed |= bool(first & 0x40)
            is_last = bool(first & 0x80)
            message += payload
        if is_compressed:
            message = self.inflater.decompress(message + TAIL)
            if self.forgets:
                self.inflater = zlib.decompressobj(-15)
        return message

    def exactly(self, count):
        data = self.reader.read(count)
        if len(data) != count:
            raise WrongAnswer("the server ended the connection")
        return data

    def close(self):
        self.reader.close()
        self.socket.close()


def measure(pid, port, count, size, deflate):
    """Bytes a connection: open and silent; after one message on each; with deflate also after many."""
    messages = [text(size, salt) for salt in range(MESSAGES if deflate else 1)]
    before = resident(pid)
    with contextlib.ExitStack() as stack:
        connections = []
        for _ in range(count):
            connections.append(Connection(port, deflate))
            stack.callback(connections[-1].close)
        result = {"bytes_per_conn": (settled(pid) - before) / count}
        compressed = [compress(message, connections[0].window) if deflate else None for message in messages]
        echo(connections, messages[:1], compressed[:1])
        result["bytes_per_conn_used"] = (settled(pid) - before) / count
        if deflate:
            echo(connections, messages[1:], compressed[1:])
            result["bytes_per_conn_full"] = (settled(pid) - before) / count
    return result


def echo(connections, messages, compressed):
    for connection in connections:
        for message, short in zip(messages, compressed):
            connection.send(message, short)
            if connection.receive() != message:
                raise WrongAnswer("the echo is not what was sent")


def resident(pid):
    # Not VmRSS, which the kernel counts per core and adds up now and then.
    with open(f"/proc/{pid}/smaps_rollup") as maps:
        return int(re.search(r"Rss:\s+(\d+) kB", maps.read())[1]) * 1024


def settled(pid):
    time.sleep(SETTLE_SECONDS)
    return resident(pid)


def compress(message, window):
    compressor = zlib.compressobj(wbits=-max(window, 9))
    return (compressor.compress(message) + compressor.flush(zlib.Z_SYNC_FLUSH)).removesuffix(TAIL)


def text(size, salt):
    """JSON, cut off at SIZE."""
    chance = random.Random(salt)
    orders = '{"orders":['
    while len(orders) < size:
        state = chance.choice(["pending", "shipped", "cancelled", "paid", "returned", "on hold"])
        orders += f'{{"id":{chance.randrange(10**6)},"state":"{state}","price":{chance.randrange(90000)}}},'
    return orders[:size].encode()
