"""Python's `aiohttp` at either end."""

import asyncio

from aiohttp import ClientSession, WSMsgType, WSServerHandshakeError, web
from line_protocol import main, report


class Peer:
    def __init__(self):
        self.socket = None
        self.closing = None
        self.runner = None

    async def connect(self, url, options):
        async with ClientSession() as session:
            try:
                socket = await session.ws_connect(
                    url,
                    protocols=options.subprotocols,
                    compress=15 if options.deflate else 0,
                    max_msg_size=options.limit,
                    ssl=options.client_tls() or True,
                    autoping=False,
                )
            except WSServerHandshakeError as error:
                report("refused", error.status, error.headers.get("X-Reason", "-"))
            except Exception as error:
                report("failed", repr(error))
            else:
                await self.converse(socket)

    async def listen(self, options):
        async def answer(request):
            if "refuse" in options:
                return web.Response(status=int(options["refuse"]), headers={"X-Reason": "expired"}, text="not you\n")
            socket = web.WebSocketResponse(
                protocols=options.subprotocols,
                compress=options.deflate,
                max_msg_size=options.limit,
                autoping=False,
            )
            await socket.prepare(request)
            await self.converse(socket)
            return socket

        application = web.Application()
        application.router.add_get("/{path:.*}", answer)
        self.runner = web.AppRunner(application, shutdown_timeout=1)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", 0, ssl_context=options.server_tls())
        await site.start()
        report("ready", self.runner.addresses[0][1])

    async def stop(self):
        await self.runner.cleanup()

    async def converse(self, socket):
        self.socket = socket
        protocol = getattr(socket, "protocol", None) or getattr(socket, "ws_protocol", None)
        report("open", protocol or "-", "permessage-deflate" if socket.compress else "-")
        reason = ""
        while True:
            message = await socket.receive()
            match message.type:
                case WSMsgType.TEXT:
                    await socket.send_str(message.data)
                case WSMsgType.BINARY:
                    await socket.send_bytes(message.data)
                case WSMsgType.PING:
                    report("ping", message.data.decode(errors="replace"))
                    await socket.pong(message.data)
                case WSMsgType.PONG:
                    report("pong", message.data.decode(errors="replace"))
                case WSMsgType.CLOSE:
                    reason = message.extra
                case WSMsgType.CLOSING:
                    await self.closing
                    break
                case _:
                    break
        report("closed", socket.close_code, reason)

    async def send(self, data):
        await self.socket.send_bytes(data)

    async def ping(self, payload):
        await self.socket.ping(payload)

    async def close(self, code, reason):
        self.closing = asyncio.ensure_future(self.socket.close(code=code, message=reason.encode()))
        await self.closing


main(Peer())
