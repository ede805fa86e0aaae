"""Python's `websockets` at either end."""

from line_protocol import main, report
from websockets.asyncio.client import connect
from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed, InvalidStatus


class Peer:
    def __init__(self):
        self.socket = None
        self.server = None

    def settings(self, options):
        return {
            "subprotocols": options.subprotocols or None,
            "compression": "deflate" if options.deflate else None,
            "max_size": options.limit,
            "ping_interval": None,
        }

    async def connect(self, url, options):
        try:
            socket = await connect(url, ssl=options.client_tls(), proxy=None, **self.settings(options))
        except InvalidStatus as error:
            response = error.response
            report("refused", response.status_code, response.headers.get("X-Reason", "-"), response.body.decode().strip())
        except Exception as error:
            report("failed", repr(error))
        else:
            await self.converse(socket)

    async def listen(self, options):
        def decide(socket, request):
            if "refuse" not in options:
                return None
            response = socket.respond(int(options["refuse"]), "not you\n")
            response.headers["X-Reason"] = "expired"
            return response

        self.server = await serve(
            self.converse, "127.0.0.1", 0, ssl=options.server_tls(), process_request=decide, **self.settings(options)
        )
        report("ready", self.server.sockets[0].getsockname()[1])

    async def stop(self):
        self.server.close()
        await self.server.wait_closed()

    async def converse(self, socket):
        self.socket = socket
        names = [extension.name for extension in socket.protocol.extensions]
        report("open", socket.subprotocol or "-", names[0] if names else "-")
        try:
            async for message in socket:
                await socket.send(message)
        except ConnectionClosed:
            pass
        await socket.wait_closed()
        report("closed", socket.close_code, socket.close_reason)

    async def fragments(self, pieces):
        await self.socket.send(pieces, text=True)

    async def send(self, data):
        await self.socket.send(data)

    async def ping(self, payload):
        await (await self.socket.ping(payload))
        report("pong", payload.decode())

    async def close(self, code, reason):
        await self.socket.close(code, reason)


main(Peer())
