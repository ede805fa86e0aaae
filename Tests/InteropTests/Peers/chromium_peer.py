"""Headless Chromium's own WebSocket as a client, told what to do over the pipe of its DevTools protocol.

Chromium ends itself when that pipe ends, so it cannot outlive this program.
"""

import asyncio
import itertools
import json
import os
import pathlib
import shutil
import sys
import tempfile

from line_protocol import Options, lines, report

HERE = pathlib.Path(__file__).parent
COMMAND = [
    "chromium",
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--no-proxy-server",
    "--remote-debugging-pipe",
    # Trusts the tests' certificate, by its key, and no other.
    "--ignore-certificate-errors-spki-list=" + (HERE / "TLS/server.spki").read_text().strip(),
]


class Chromium:
    """A page in a browser of its own."""

    def __init__(self, process):
        self.process = process
        self.numbers = itertools.count(1)
        self.waiting = {}
        self.session = None

    @classmethod
    async def start(cls, profile):
        process = await asyncio.create_subprocess_exec(
            # The pipe of the DevTools protocol is descriptor 3 one way and 4 the other.
            *["/bin/sh", "-c", 'exec "$0" "$@" 3<&0 4>&1', *COMMAND, "--user-data-dir=" + profile],
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=1 << 20,
        )
        self = cls(process)
        self.reading = asyncio.create_task(self.read())
        target = await self.call("Target.createTarget", url="about:blank")
        attached = await self.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        self.session = attached["sessionId"]
        await self.call("Runtime.enable")
        await self.call("Runtime.addBinding", name="say")
        await self.evaluate((HERE / "browser_client.js").read_text())
        await self.evaluate("const client = browserClient((...words) => say(words.join(' ')))")
        return self

    async def call(self, method, **parameters):
        number = next(self.numbers)
        message = {"id": number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        self.waiting[number] = asyncio.get_running_loop().create_future()
        self.process.stdin.write(json.dumps(message).encode() + b"\0")
        return await self.waiting[number]

    async def evaluate(self, script):
        outcome = await self.call("Runtime.evaluate", expression=script)
        if "exceptionDetails" in outcome:
            report("failed", json.dumps(outcome["exceptionDetails"]))

    async def read(self):
        try:
            while True:
                message = json.loads((await self.process.stdout.readuntil(b"\0"))[:-1])
                if message.get("method") == "Runtime.bindingCalled":
                    report(message["params"]["payload"])
                elif "id" in message:
                    self.waiting.pop(message["id"]).set_result(message.get("result") or message.get("error"))
        except asyncio.IncompleteReadError:
            report("failed Chromium has ended")
            for future in self.waiting.values():
                future.cancel()

    async def stop(self):
        self.reading.cancel()
        self.process.stdin.close()
        await self.process.wait()


async def run(page):
    report("hello")
    async for line in lines():
        command, *words = line.split(" ")
        match command:
            case "connect":
                options = Options(words[1:])
                arguments = [words[0], {"subprotocols": options.subprotocols}]
            case "send":
                arguments = [int(words[0])]
            case "close":
                arguments = [int(words[0]), " ".join(words[1:])]
        await page.evaluate(f"client.{command}({', '.join(map(json.dumps, arguments))})")


async def main():
    if not shutil.which(COMMAND[0]):
        sys.exit(f"there is no program {COMMAND[0]}")
    # In the working directory, which goes with the tests: a killed peer leaves it behind.
    with tempfile.TemporaryDirectory(dir=os.getcwd(), ignore_cleanup_errors=True) as profile:
        page = await Chromium.start(profile)
        try:
            await run(page)
        finally:
            await page.stop()


asyncio.run(main())
