"""The other two sides of a visitor's chat: the real server, and the site whose pages embed the widget."""

import asyncio
import contextlib
import copy
import html
import json
import pathlib
import random
import signal
import socket
import urllib.parse
import uuid

from aiohttp import ClientSession, web
from chromium import Failure

PASSWORD = "correct horse battery"


def free_port():
    """One that no connection gets while its server is away: the system gives those out from 32768 on."""
    while True:
        port = random.randrange(20_000, 32_000)
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port


class Server:
    """chatai-server on a port and a folder that it keeps over restarts, with an operator who can be asked to act."""

    def __init__(self, program, folder):
        self.program = program
        self.folder = pathlib.Path(folder)
        self.port = free_port()
        self.origin = f"http://127.0.0.1:{self.port}"
        self.process = None

    async def prepare(self, first_name, last_name):
        data = ["--data", str(self.folder)]
        await self.run("user", "add", "anna@example.com", "--role", "admin", "--password-stdin", "--first-name",
                       first_name, "--last-name", last_name, *data, text=PASSWORD + "\n")
        self.assistant = await self.run("assistant", "add", "Help", "--owner", "anna@example.com", *data)
        self.token = await self.run("site-token", "anna@example.com", "--domain", "shop.example.com", *data)
        await self.start()
        await self.log_in("anna@example.com")

    async def log_in(self, email):
        async with ClientSession(base_url=self.origin) as stranger:
            async with stranger.post("/api/login", json={"username": email, "password": PASSWORD}) as answer:
                self.access_token = (await answer.json())["access_token"]
        self.http = ClientSession(base_url=self.origin, headers={"Authorization": "Bearer " + self.access_token})

    @contextlib.asynccontextmanager
    async def colleague(self, first_name, last_name):
        """The same server, with another operator to act."""
        other = copy.copy(self)
        await self.run("user", "add", "eve@example.com", "--role", "admin", "--password-stdin", "--first-name",
                       first_name, "--last-name", last_name, "--data", str(self.folder), text=PASSWORD + "\n")
        await other.log_in("eve@example.com")
        try:
            yield other
        finally:
            await other.http.close()

    async def run(self, *arguments, text=""):
        process = await asyncio.create_subprocess_exec(
            self.program, *arguments, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE)
        output, _ = await process.communicate(text.encode())
        if process.returncode:
            raise Failure(f"chatai-server {' '.join(arguments)} ended with {process.returncode}")
        return output.decode().strip()

    async def start(self):
        with open(self.folder / "log", "ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                self.program, "serve", "--port", str(self.port), "--data", str(self.folder),
                stdout=asyncio.subprocess.PIPE, stderr=log)
        if self.origin.encode() not in await self.process.stdout.readline():
            raise Failure("the server did not start: " + (self.folder / "log").read_text())

    async def kill(self):
        """Ends it as a crash would."""
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()

    async def stop(self):
        await self.http.close()
        if self.process.returncode is None:
            self.process.terminate()
            await self.process.wait()

    # What the operator does.

    async def call(self, method, path, body=None, allowing=()):
        async with self.http.request(method, "/api/" + path, json=body) as answer:
            if answer.status != 200 and answer.status not in allowing:
                raise Failure(f"{method} {path}: {answer.status} {await answer.text()}")
            return await answer.json()

    async def dialogs(self):
        return (await self.call("GET", "dialogs?all=true&limit=100"))["items"]

    async def messages(self, dialog):
        return await self.call("GET", f"dialogs/{dialog}/messages")

    async def take(self, dialog):
        # The assistant may have asked for a person before.
        await self.call("POST", f"dialogs/{dialog}/handoff/request", {"request_id": str(uuid.uuid4())}, allowing=[409])
        await self.call("POST", f"dialogs/{dialog}/handoff/takeover", {})

    async def release(self, dialog):
        await self.call("POST", f"dialogs/{dialog}/handoff/release", {})

    async def say(self, dialog, text):
        return await self.call("POST", f"dialogs/{dialog}/messages", {"sender": "manager", "text": text})

    def socket(self, dialog):
        return self.http.ws_connect(f"/ws/dialogs/{dialog}?token={self.access_token}")


class Site:
    """A customer's site: pages of another origin, with as strict a policy as a page can have."""

    def __init__(self, server):
        self.server = server
        self.port = free_port()

    async def start(self):
        application = web.Application()
        application.router.add_get("/", self.page)
        self.runner = web.AppRunner(application)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", self.port).start()

    async def stop(self):
        await self.runner.cleanup()

    def url(self, host, **options):
        return f"http://{host}:{self.port}/?{urllib.parse.urlencode(options)}"

    async def page(self, request):
        attributes = "".join(f" data-{name.replace('_', '-')}=\"{html.escape(value)}\"" for name, value in request.query.items())
        origin = self.server.origin
        return web.Response(
            text=f"""<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>A shop</title>
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <h1>A shop</h1><p><a href="#x">A link</a></p>
            <script src="{origin}/widget/loader.js"{attributes} async></script></html>""",
            content_type="text/html",
            headers={
                "Content-Security-Policy": f"default-src 'none'; script-src {origin}; frame-src {origin}; "
                "base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
            },
        )
