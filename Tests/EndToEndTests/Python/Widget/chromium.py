"""Headless Chromium, driven over the pipe of its DevTools protocol: no driver of anybody else's is needed.

Chromium ends itself when that pipe ends, so it cannot outlive this program.
"""

import asyncio
import base64
import itertools
import json
import shutil
import time

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
    "--hide-scrollbars",
    "--autoplay-policy=no-user-gesture-required",
    # Names for the sites that embed the widget: all of them are this machine.
    "--host-resolver-rules=MAP *.example 127.0.0.1, MAP *.example.com 127.0.0.1",
    "--remote-debugging-pipe",
]


# Seconds that anything may take: far more than a busy machine needs.
PATIENCE = 60


class Failure(Exception):
    """What a scenario found instead of what it expected."""


class Browser:
    """One browser; each visitor gets a context of its own, without anything that another one stored."""

    def __init__(self, process):
        self.process = process
        self.numbers = itertools.count(1)
        self.waiting = {}
        self.pages = {}

    @classmethod
    async def start(cls, profile):
        if not shutil.which(COMMAND[0]):
            raise Failure("there is no program chromium; make test-deps installs it")
        process = await asyncio.create_subprocess_exec(
            # The pipe of the DevTools protocol is descriptor 3 one way and 4 the other.
            *["/bin/sh", "-c", 'exec "$0" "$@" 3<&0 4>&1 2>/dev/null', *COMMAND, f"--user-data-dir={profile}"],
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=1 << 26,
        )
        self = cls(process)
        self.reading = asyncio.create_task(self.read())
        return self

    async def call(self, method, session=None, **parameters):
        number = next(self.numbers)
        message = {"id": number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        future = self.waiting[number] = asyncio.get_running_loop().create_future()
        self.process.stdin.write(json.dumps(message).encode() + b"\0")
        answer = await asyncio.wait_for(future, PATIENCE)
        if "error" in answer:
            raise Failure(f"{method}: {answer['error']}")
        return answer["result"]

    async def read(self):
        try:
            while True:
                message = json.loads((await self.process.stdout.readuntil(b"\0"))[:-1])
                if "id" in message:
                    future = self.waiting.pop(message["id"])
                    if not future.done():
                        future.set_result(message)
                elif page := self.pages.get(message.get("sessionId")):
                    page.happened(message["method"], message["params"])
        except asyncio.IncompleteReadError:
            for future in self.waiting.values():
                if not future.done():
                    future.set_exception(Failure("Chromium has ended"))

    async def visitor(self):
        """A visitor who has never been here; `page` opens its tabs."""
        return (await self.call("Target.createBrowserContext"))["browserContextId"]

    async def page(self, url, visitor, width=1200, height=800, features=(), locale=None, mobile=False, before=None):
        """A tab. `before` is a script that runs in each of its documents before the page's own."""
        target = await self.call("Target.createTarget", url="about:blank", browserContextId=visitor)
        page = Page(self, target["targetId"], visitor)
        page.features = [{"name": name, "value": value} for name, value in features]
        await page.attach()
        await page.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                        deviceScaleFactor=2 if mobile else 1, mobile=mobile)
        if before:
            await page.call("Page.addScriptToEvaluateOnNewDocument", source=before)
        if locale:
            await page.call("Emulation.setLocaleOverride", locale=locale)
        await page.call("Page.bringToFront")
        await page.open(url)
        return page

    async def forget_pages(self, screenshot):
        """After a failure: how the last page looks, and away with all of them."""
        pages = [page for page in self.pages.values() if isinstance(page, Page)]
        self.pages.clear()
        for page in pages:
            try:
                if page is pages[-1]:
                    await page.screenshot(screenshot)
                await page.close()
            except (Failure, TimeoutError):
                pass

    async def stop(self):
        self.reading.cancel()
        self.process.stdin.close()
        await self.process.wait()


class Page:
    """One tab, with the documents of its frames; those of other sites live in processes of their own."""

    def __init__(self, browser, target, visitor):
        self.browser = browser
        self.target = target
        self.visitor = visitor
        self.session = None
        self.contexts = {}
        self.complaints = []

    async def attach(self):
        attached = await self.browser.call("Target.attachToTarget", targetId=self.target, flatten=True)
        self.session = attached["sessionId"]
        self.browser.pages[self.session] = self
        await self.prepare(self.session)

    async def prepare(self, session):
        await self.call("Page.enable", session)
        await self.call("Runtime.enable", session)
        await self.call("Log.enable", session)
        # A frame in a process of its own does not have it from its page.
        await self.call("Emulation.setEmulatedMedia", session, features=self.features)
        await self.call("Target.setAutoAttach", session, autoAttach=True, waitForDebuggerOnStart=False, flatten=True)

    def call(self, method, session=None, **parameters):
        return self.browser.call(method, session or self.session, **parameters)

    def happened(self, method, parameters):
        match method:
            case "Runtime.executionContextCreated":
                context = parameters["context"]
                if context["auxData"].get("isDefault"):
                    self.contexts[context["uniqueId"]] = context
            case "Runtime.executionContextDestroyed":
                self.contexts.pop(parameters.get("executionContextUniqueId"), None)
            case "Runtime.exceptionThrown":
                details = parameters["exceptionDetails"]
                self.complaints.append(details.get("exception", {}).get("description", details["text"]))
            case "Log.entryAdded":
                entry = parameters["entry"]
                # A server that is away is what some scenarios are about; a policy's violation never is.
                if entry["level"] == "error" and entry["source"] in ("security", "javascript"):
                    self.complaints.append(entry["text"])
            case "Fetch.requestPaused":
                asyncio.ensure_future(self.answer(parameters))
            case "Target.attachedToTarget":
                session = parameters["sessionId"]
                self.browser.pages[session] = Frame(self, session)
                asyncio.ensure_future(self.prepare(session))

    async def answer(self, paused):
        session, status, detail = self.refusal
        body = base64.b64encode(json.dumps({"detail": detail}).encode()).decode()
        await self.call("Fetch.fulfillRequest", session, requestId=paused["requestId"], responseCode=status, body=body,
                        responseHeaders=[{"name": "Content-Type", "value": "application/json"}])

    async def open(self, url):
        await self.call("Page.navigate", url=url)
        await self.wait("document.readyState === 'complete'", "the page to load")

    async def evaluate(self, expression, session=None):
        outcome = await self.call("Runtime.evaluate", session, expression=expression, returnByValue=True,
                                  awaitPromise=True, userGesture=True)
        if "exceptionDetails" in outcome:
            details = outcome["exceptionDetails"]
            raise Failure(details.get("exception", {}).get("description", details["text"]) + "\nin: " + expression)
        return outcome["result"].get("value")

    async def wait(self, expression, what, limit=PATIENCE):
        return await eventually(lambda: self.evaluate(f"Boolean({expression})"), what, limit)

    async def frame(self, part="/widget/frame?"):
        """The widget's document: in this page's process or, on another site's page, in its own."""

        async def find():
            tree = await self.call("Page.getFrameTree")
            for child in tree["frameTree"].get("childFrames", []):
                if part in child["frame"]["url"]:
                    for context in self.contexts.values():
                        if context["auxData"]["frameId"] == child["frame"]["id"]:
                            return Document(self, self.session, context["uniqueId"])
            for session, frame in self.browser.pages.items():
                if isinstance(frame, Frame) and frame.page is self:
                    for context in frame.contexts.values():
                        document = Document(self, session, context["uniqueId"])
                        if part in await document.evaluate("location.href"):
                            return document

        document = await eventually(find, "the widget's frame")
        await document.wait("document.readyState === 'complete'", "the frame to load")
        return document

    async def key(self, key, text="", modifiers=0):
        codes = {"Enter": 13, "Escape": 27, "Tab": 9}
        event = {"key": key, "code": key, "windowsVirtualKeyCode": codes.get(key, 0), "modifiers": modifiers}
        await self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **event)
        await self.call("Input.dispatchKeyEvent", type="keyUp", **event)

    async def type(self, text):
        await self.call("Input.insertText", text=text)

    async def screenshot(self, path):
        shot = await self.call("Page.captureScreenshot", format="png")
        path.write_bytes(base64.b64decode(shot["data"]))

    async def close(self):
        self.browser.pages.pop(self.session, None)
        await self.browser.call("Target.closeTarget", targetId=self.target)


class Frame:
    """The contexts of a frame that lives in a process of its own."""

    def __init__(self, page, session):
        self.page = page
        self.session = session
        self.contexts = {}

    def happened(self, method, parameters):
        match method:
            case "Runtime.executionContextCreated":
                context = parameters["context"]
                if context["auxData"].get("isDefault"):
                    self.contexts[context["uniqueId"]] = context
            case "Runtime.executionContextDestroyed":
                self.contexts.pop(parameters.get("executionContextUniqueId"), None)
            case _:
                self.page.happened(method, parameters)


class Document:
    """A script's world: one document of a page."""

    def __init__(self, page, session, context):
        self.page = page
        self.session = session
        self.context = context

    async def evaluate(self, expression):
        outcome = await self.page.call("Runtime.evaluate", self.session, expression=expression,
                                       uniqueContextId=self.context, returnByValue=True, awaitPromise=True,
                                       userGesture=True)
        if "exceptionDetails" in outcome:
            details = outcome["exceptionDetails"]
            raise Failure(details.get("exception", {}).get("description", details["text"]) + "\nin: " + expression)
        return outcome["result"].get("value")

    async def refuse(self, pattern, status, detail):
        """Answers requests in the server's place until `allow`."""
        self.page.refusal = (self.session, status, detail)
        await self.page.call("Fetch.enable", self.session, patterns=[{"urlPattern": pattern}])

    async def allow(self):
        await self.page.call("Fetch.disable", self.session)

    async def wait(self, expression, what, limit=PATIENCE):
        async def explain():
            return await self.evaluate("document.body?.innerText")

        return await eventually(lambda: self.evaluate(f"Boolean({expression})"), what, limit, explain)


async def eventually(attempt, what, limit=PATIENCE, explain=None):
    """Asks until there is a true answer; the limit is in seconds."""
    end = time.monotonic() + limit
    while True:
        if value := await attempt():
            return value
        if time.monotonic() > end:
            shown = f"; it shows:\n{await explain()}" if explain else ""
            raise Failure(f"waited {limit} s for {what}{shown}")
        await asyncio.sleep(0.05)
