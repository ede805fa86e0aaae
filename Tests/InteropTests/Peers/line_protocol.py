"""What the Python peers share: commands as lines on standard input, events as lines on standard output.

PeerProcess.swift describes both. A peer echoes every message by itself; the commands are for what an echo does not do.
"""

import asyncio
import ssl
import sys

# A message whose characters are cut apart by the fragments of FRAGMENT bytes.
PATTERN = "я🍏z".encode()
FRAGMENT = 5


def report(*words):
    """Says an event."""
    print(*words, flush=True)


def fragments_of(count):
    """The message of the command `fragments`, in pieces."""
    text = PATTERN * count
    return [text[start : start + FRAGMENT] for start in range(0, len(text), FRAGMENT)]


class Options(dict):
    """The `key=value` words of a command."""

    def __init__(self, words):
        super().__init__(word.split("=", 1) for word in words)

    @property
    def deflate(self):
        return self["deflate"] == "on"

    @property
    def limit(self):
        return int(self["limit"])

    @property
    def subprotocols(self):
        return [name for name in self["subprotocols"].split(",") if name]

    def client_tls(self):
        return ssl.create_default_context(cafile=self["ca"]) if "ca" in self else None

    def server_tls(self):
        if "certificate" not in self:
            return None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self["certificate"], self["key"])
        return context


async def lines():
    """The lines of standard input, of any length."""
    reader = asyncio.StreamReader(limit=1 << 20)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        yield line.decode().rstrip("\n")


async def obey(peer):
    """Carries out the commands until standard input ends."""
    running = set()

    def start(work):
        task = asyncio.create_task(work)
        running.add(task)
        task.add_done_callback(running.discard)

    report("hello")
    async for line in lines():
        command, *words = line.split(" ")
        match command:
            case "listen":
                await peer.listen(Options(words))
            case "stop":
                await peer.stop()
                report("stopped")
            case "connect":
                start(peer.connect(words[0], Options(words[1:])))
            case "fragments":
                start(peer.fragments(fragments_of(int(words[0]))))
            case "send":
                start(peer.send(bytes(int(words[0]))))
            case "ping":
                start(peer.ping(words[0].encode()))
            case "close":
                start(peer.close(int(words[0]), " ".join(words[1:])))


def main(peer):
    """Runs a peer to the end of standard input."""
    asyncio.run(obey(peer))
