"""Drives the three sockets of a running server with the `websockets` library as it comes from PyPI.

Usage: stock_client.py '{"http": ..., "ws": ..., "token": ..., "widget": {"query", "dialog"}, "site": {...}}'
Every expectation is an assertion: the exit status is 0 only when all of them hold.
"""

import asyncio
import base64
import json
import os
import socket
import struct
import sys
import urllib.error
import urllib.request

import websockets

CONFIG = json.loads(sys.argv[1])
PATIENCE = 15


def post(path, body, token=None):
    request = urllib.request.Request(
        CONFIG["http"] + path, data=json.dumps(body).encode(), method="POST",
        headers={"Content-Type": "application/json"})
    if token:
        request.add_header("Authorization", "Bearer " + token)
    with urllib.request.urlopen(request, timeout=PATIENCE) as response:
        return json.load(response)


async def frame(connection):
    """The next frame that is not a heartbeat; heartbeats are answered as part 1 asks."""
    while True:
        text = await asyncio.wait_for(connection.recv(), PATIENCE)
        assert isinstance(text, str), text
        if text != "__ping__":
            return json.loads(text)
        await connection.send("__pong__")


def socket_url(kind):
    entrance = CONFIG[kind]
    return f"{CONFIG['ws']}/ws/{kind}/dialogs/{entrance['dialog']}?{entrance['query']}"


def operator_url(dialog, token):
    return f"{CONFIG['ws']}/ws/dialogs/{dialog}?token={token}"


async def conversation(kind):
    """A visitor of this kind and an operator, each on its socket."""
    entrance = CONFIG[kind]
    dialog = entrance["dialog"]
    async with websockets.connect(socket_url(kind)) as visitor, \
            websockets.connect(operator_url(dialog, CONFIG["token"])) as operator:
        posted = await asyncio.to_thread(
            post, f"/api/{kind}/dialogs/{dialog}/messages?{entrance['query']}", {"sender": "user", "text": "Grüße 🙂"})
        assert await frame(operator) == posted["user_message"]
        assert await frame(operator) == posted["assistant_message"]
        # The visitor does not get its own message back.
        assert await frame(visitor) == posted["assistant_message"]
        saved = await asyncio.to_thread(
            post, f"/api/dialogs/{dialog}/messages", {"sender": "manager", "text": "<b>&</b>"}, CONFIG["token"])
        assert saved["sender"] == "manager" and saved["text"] == "<b>&</b>", saved
        assert await frame(operator) == saved
        assert await frame(visitor) == saved
        await visitor.send(json.dumps({"type": "typing_start"}))
        assert await frame(operator) == {"type": "typing_start", "sender": "user"}
        await operator.send(json.dumps({"type": "typing_start"}))
        assert await frame(visitor) == {"type": "typing_start", "sender": "manager"}
        pong = await visitor.ping()
        await asyncio.wait_for(pong, PATIENCE)
    assert visitor.close_code == 1000 and operator.close_code == 1000


async def messages(stream, seq):
    """The stream's messages, each with its number; every event's number is one more than the last."""
    while True:
        event = await frame(stream)
        for one in event.get("batch", [event]):
            assert one["seq"] == seq + 1, (one, seq)
            seq = one["seq"]
            if one["type"] == "message":
                assert one["dialog_id"] == CONFIG["widget"]["dialog"], one
                yield seq, one["message"]


async def operator_stream():
    """One socket for all dialogs: the library's own subprotocol negotiation, a lost connection, a replay."""
    url = f"{CONFIG['ws']}/ws/operator?token={CONFIG['token']}"
    entrance = CONFIG["widget"]
    path = f"/api/widget/dialogs/{entrance['dialog']}/messages?{entrance['query']}"
    async with websockets.connect(url, subprotocols=["chatai.operator.v2"]) as stream:
        assert stream.subprotocol == "chatai.operator.v2", stream.subprotocol
        hello = await frame(stream)
        assert hello["type"] == "hello" and hello["resumed"] is False, hello
        posted = await asyncio.to_thread(post, path, {"text": "hello"})
        received = messages(stream, hello["seq"])
        _, first = await anext(received)
        assert first == posted["user_message"], first
        seq, second = await anext(received)
        assert second == posted["assistant_message"], second
    missed = await asyncio.to_thread(
        post, f"/api/dialogs/{entrance['dialog']}/messages", {"text": "meanwhile", "kind": "note"}, CONFIG["token"])
    async with websockets.connect(f"{url}&since={seq}&epoch={hello['epoch']}") as stream:
        assert stream.subprotocol is None
        again = await frame(stream)
        last = again.pop("last")
        assert last > seq, last
        assert again == {"type": "hello", "seq": seq, "epoch": hello["epoch"], "resumed": True}, again
        _, replayed = await anext(messages(stream, seq))
        assert replayed == missed, replayed


async def heartbeat():
    async with websockets.connect(socket_url("widget")) as visitor:
        for _ in range(3):
            assert await asyncio.wait_for(visitor.recv(), PATIENCE) == "__ping__"
            await visitor.send("__pong__")


async def refusal(url, code):
    """The connection opens, and is closed with the code that says why."""
    async with websockets.connect(url) as connection:
        try:
            await asyncio.wait_for(connection.recv(), PATIENCE)
            raise AssertionError("not refused: " + url)
        except websockets.ConnectionClosed as closed:
            assert closed.rcvd is not None and closed.rcvd.code == code, (url, closed)


def silent_client():
    """A client that answers nothing is dropped: by hand, since the library answers pings by itself."""
    host, port = CONFIG["ws"].removeprefix("ws://").rsplit(":", 1)
    with socket.create_connection((host.strip("[]"), int(port)), PATIENCE) as connection:
        connection.sendall((
            f"GET {socket_url('widget').removeprefix(CONFIG['ws'])} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\n\r\n").encode())
        stream = connection.makefile("rb")
        assert b" 101 " in stream.readline()
        while stream.readline() != b"\r\n":
            pass
        pings = 0
        while True:
            opcode, length = stream.read(2)
            payload = stream.read(length)
            if payload == b"__ping__":
                pings += 1
            if opcode & 0x0F == 8:
                assert struct.unpack("!H", payload[:2]) == (1011,), payload
                assert pings >= 1
                return


async def main():
    for kind in ("widget", "site"):
        await conversation(kind)
    await operator_stream()
    await heartbeat()
    await refusal(f"{CONFIG['ws']}/ws/operator?token={CONFIG['expired']}", 4001)
    dialog = CONFIG["widget"]["dialog"]
    await refusal(operator_url(dialog, "nonsense"), 4002)
    await refusal(operator_url(dialog, CONFIG["expired"]), 4001)
    await refusal(operator_url(999_999, CONFIG["token"]), 4003)
    await refusal(f"{CONFIG['ws']}/ws/widget/dialogs/{dialog}?assistant_id=999999&guest_id=x", 4004)
    try:
        async with websockets.connect(CONFIG["ws"] + "/ws/nothing"):
            raise AssertionError("a path that does not exist was opened")
    except websockets.InvalidStatus as refused:
        assert refused.response.status_code == 404
    await asyncio.to_thread(silent_client)
    print("websockets", websockets.__version__, "ok")


asyncio.run(asyncio.wait_for(main(), 120))
