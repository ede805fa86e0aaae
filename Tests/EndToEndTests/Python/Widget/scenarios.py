"""The web widget in headless Chromium against the real server: scenarios.py PROGRAM SCREENSHOTS [NAME…].

Prints a line for each scenario; fails if one of them does, or if a page complains in its console.
"""

import asyncio
import json
import pathlib
import sys
import tempfile
import time
import traceback

from chromium import PATIENCE, Browser, Failure, eventually
from customer import Server, Site

HERE = pathlib.Path(__file__).parent
SHADOW = "[...document.body.children].find((element) => element.shadowRoot).shadowRoot"
HAS_LAUNCHER = "[...document.body?.children ?? []].some((element) => element.shadowRoot)"
HAS_FOCUS = "document.hasFocus() && document.activeElement?.id === 'text'"
# Nothing moves but what always does, such as the dots of typing.
STANDS = "%s.getAnimations().every((one) => one.playState !== 'running' || " \
    "one.effect.getComputedTiming().iterations === Infinity)"
LAUNCHER = SHADOW + ".querySelector('.launcher')"


class World:
    """What every scenario needs."""

    def __init__(self, browser, server, site, screenshots):
        self.browser = browser
        self.server = server
        self.site = site
        self.screenshots = screenshots

    async def visit(self, url=None, visitor=None, opens=True, before=None, **how):
        """A visitor on a page with the widget; returns the page and the chat's document."""
        url = url or self.site.url("shop.example.com", assistant_id=self.server.assistant)
        visitor = visitor or await self.browser.visitor()
        page = await self.browser.page(url, visitor, before=before, **how)
        await page.wait(HAS_LAUNCHER, "the launcher")
        if opens:
            await page.evaluate(LAUNCHER + ".click()")
        page.chat = chat = await page.frame()
        if opens:
            await chat.wait(HAS_FOCUS, "the composer to have the focus")
        return page, chat

    async def newest_dialog(self, text):
        """The id of the dialog whose last message this is."""

        async def find():
            for dialog in await self.server.dialogs():
                if any(message["text"] == text for message in await self.server.messages(dialog["id"])):
                    return dialog["id"]

        return await eventually(find, f"the server to have “{text}”")

    async def shoot(self, page, name):
        # Nothing fades in or out any more.
        await asyncio.sleep(0.35)
        for document, root in [(page, "document"), (page, SHADOW), (page.chat, "document")]:
            await document.wait(STANDS % root, "what fades to have faded")
        await page.screenshot(self.screenshots / f"{name}.png")


def expect(is_so, what):
    if not is_so:
        raise Failure(what)


def count(text):
    """How many bubbles have exactly this text."""
    return f"[...document.querySelectorAll('.bubble')].filter((one) => one.textContent === {json.dumps(text)}).length"


async def type_text(page, text):
    """Types into the composer, and sees it there: text and keys go different ways to a frame in another process."""
    value = "document.querySelector('#text').value"
    before = await page.chat.evaluate(value)
    await page.type(text)
    await page.chat.wait(f"{value} === {json.dumps(before + text)}", "the text typed")


async def write(page, text):
    await type_text(page, text)
    await page.key("Enter", text="\r")


async def is_seen(chat, text, limit=PATIENCE):
    await chat.wait(count(text) + " > 0", f"“{text}”", limit)


# MARK: Scenarios


async def a_conversation_on_an_assistants_widget(world):
    """The AI answers; a person is asked for, comes, types, writes and leaves; the badge counts; Escape leads back."""
    page, chat = await world.visit(opens=False)
    expect(await world.server.dialogs() == [], "a page that is only looked at has opened a dialog")
    # By keyboard alone: past the page's own link to the launcher.
    for _ in range(2):
        await page.key("Tab")
    expect(await page.evaluate(SHADOW + ".activeElement?.className") == "launcher", "Tab does not reach the launcher")
    await page.key("Enter", text="\r")
    await chat.wait(HAS_FOCUS, "the composer to have the focus")
    await write(page, "How long does delivery take?")
    await chat.wait("document.querySelector('.assistant .bubble')?.textContent.includes('working days')", "an answer")
    await world.shoot(page, "desktop-light")

    await chat.evaluate("document.querySelector('#person').click()")
    await chat.wait("document.querySelector('#status').textContent.includes('soon')", "the wait for a person")
    expect(await chat.evaluate("document.querySelector('#person').hidden"), "a person can be asked for twice")
    dialog = await world.newest_dialog("I would like to talk to a person")
    async with world.server.socket(dialog) as operator:
        await world.server.take(dialog)
        await is_seen(chat, "Anna Petrova joined the chat")
        await chat.wait("document.querySelector('#status').textContent.includes('Anna Petrova')", "the name on top")
        await operator.send_json({"type": "typing_start"})
        await chat.wait("document.querySelector('#typing').innerText.includes('Anna Petrova is typing')", "typing")
        await world.shoot(page, "desktop-light-operator")
        await world.server.say(dialog, "Good evening! What can I do for you?")
        await is_seen(chat, "Good evening! What can I do for you?")
        expect(await chat.evaluate("document.querySelector('#typing').hidden"), "typing is shown beside the message")
        name = await chat.evaluate("[...document.querySelectorAll('.manager .name')].at(-1).textContent")
        expect(name == "Anna Petrova", f"the message is signed “{name}”")
        await type_text(page, "My parcel")

        async def typing(kind):
            async for frame in operator:
                if frame.data.startswith("{") and json.loads(frame.data).get("type") == kind:
                    return True

        expect(await asyncio.wait_for(typing("typing_start"), PATIENCE), "the operator does not see typing")
        await page.key("Enter", text="\r")
        expect(await asyncio.wait_for(typing("typing_stop"), PATIENCE), "the operator does not see it end")
    await is_seen(chat, "My parcel")

    await page.key("Escape")
    await page.wait(SHADOW + ".activeElement?.className === 'launcher'", "the focus to return to the launcher")
    expect(await page.evaluate(LAUNCHER + ".getAttribute('aria-expanded')") == "false", "the chat is still open")
    await world.server.say(dialog, "One moment, please.")
    await page.wait("document.title === '(1) A shop'", "the count in the title")
    await page.wait(SHADOW + ".querySelector('.badge').textContent === '1'", "the badge")
    label = await page.evaluate(LAUNCHER + ".getAttribute('aria-label')")
    expect(label == "Open the chat, new messages: 1", f"the launcher is called “{label}”")
    await world.shoot(page, "desktop-closed")
    await page.evaluate(LAUNCHER + ".click()")
    await page.wait("document.title === 'A shop'", "the count to go")
    await world.server.release(dialog)
    await is_seen(chat, "Anna Petrova left the chat. The assistant answers again.")
    await write(page, "How do I return a jacket?")
    await chat.wait("document.querySelectorAll('.assistant .bubble').length === 2", "the assistant's answer")

    # Loaded anew, everything is there once, and nothing is unread.
    again, chat = await world.visit(visitor=page.visitor, opens=False)
    await is_seen(chat, "One moment, please.")
    expect(await chat.evaluate(count("One moment, please.")) == 1, "a message stands there twice")
    expect(await again.evaluate("document.title") == "A shop", "what was read is unread again")
    return [page, again]


async def a_sites_widget_on_its_domain_and_elsewhere(world):
    """A site token works on its domain and below it; another site's page gets no chat."""
    token = world.server.token
    pages = []
    for host in ["shop.example.com", "de.shop.example.com"]:
        page, chat = await world.visit(world.site.url(host, site_token=token))
        await write(page, f"What sizes do you have? ({host})")
        await chat.wait("document.querySelector('.assistant .bubble')", "an answer on the site's own page")
        dialog = await world.newest_dialog(f"What sizes do you have? ({host})")
        await world.server.take(dialog)
        await world.server.say(dialog, "All of them.")
        await is_seen(chat, "All of them.")
        pages.append(page)
    before = len(await world.server.dialogs())
    for host in ["evil.example", "shop.example.com.evil.example"]:
        page = await world.browser.page(world.site.url(host, site_token=token), await world.browser.visitor())
        await page.wait(HAS_LAUNCHER, "the launcher")
        await page.evaluate(LAUNCHER + ".click()")
        await eventually(lambda: asyncio.sleep(0, any("frame-ancestors" in one for one in page.complaints)),
                         "the browser to refuse the frame")
        await page.close()
    expect(len(await world.server.dialogs()) == before, "another site's page has opened a dialog")
    return pages


async def a_server_that_is_killed_and_comes_back(world):
    """What is written meanwhile is sent once, also over a reload; what was missed appears once."""
    page, chat = await world.visit()
    await write(page, "Do you have gift cards?")
    await chat.wait("document.querySelector('.assistant .bubble')", "an answer")
    dialog = await world.newest_dialog("Do you have gift cards?")
    await world.server.kill()
    await chat.wait("!document.querySelector('#banner').hidden", "the loss to be told")
    await write(page, "Written while you were away")
    await type_text(page, "A draft")
    await chat.wait("document.querySelector('[data-state=queued]')", "the message to wait")
    await world.shoot(page, "desktop-reconnecting")
    await world.server.start()
    await world.server.take(dialog)
    await world.server.say(dialog, "Said before you were back")
    for text in ["Written while you were away", "Said before you were back"]:
        await is_seen(chat, text)
    await chat.wait("!document.querySelector('[data-state]') && document.querySelector('#banner').hidden", "calm")
    for text in ["Written while you were away", "Said before you were back"]:
        expect(await chat.evaluate(count(text)) == 1, f"“{text}” is not there once")
    await world.server.kill()
    await page.key("Enter", text="\r")
    await chat.wait("document.querySelector('[data-state=queued]')", "the draft to wait")
    await world.server.start()
    again, chat = await world.visit(visitor=page.visitor)
    await is_seen(chat, "A draft")
    await chat.wait("!document.querySelector('[data-state]')", "it to be sent")
    texts = [message["text"] for message in await world.server.messages(dialog)]
    for text in ["Written while you were away", "Said before you were back", "A draft"]:
        expect(texts.count(text) == 1, f"the server has “{text}” {texts.count(text)} times")
    expect(texts.index("Written while you were away") < texts.index("A draft"), "the order was lost")
    return [page, again]


HOSTILE = [
    "<script>parent.hit = window.hit = 1</script>",
    "<img src=x onerror=\"window.hit=1\">",
    "<svg onload=window.hit=1><a href=javascript:window.hit=1>x</a></svg>",
    "javascript:window.hit=1 JAVASCRIPT:window.hit=1 data:text/html,<script>window.hit=1</script>",
    "https://a.example/\"onmouseover=\"window.hit=1 http://a.example/'><img/src/onerror=window.hit=1>",
    "https://javascript:window.hit@evil.example/ http://user:secret@evil.example/",
    "&lt;b&gt; &#60;script&#62; %3Cscript%3E \u2028</script><!-- ]]>",
    "https://good.example/\u202egpj.exe\u202c \u202e\u2066turned\u2069 \u200f",
    "{{constructor.constructor('window.hit=1')()}} ${window.hit=1} <iframe srcdoc='<script>parent.hit=1</script>'>",
]


async def hostile_text_is_inert(world):
    """Whoever sends it: it is shown as it is, and only links to the web are links."""
    async with world.server.colleague("<img src=x onerror=hit=1>\u202e", "</h1><script>hit=1</script>") as evil:
        return await with_a_hostile_operator(world, evil)


async def with_a_hostile_operator(world, evil):
    url = world.site.url("shop.example.com", assistant_id=world.server.assistant, name="<b>Eve</b>",
                         title="<i>Chat</i>")
    page, chat = await world.visit(url)
    for text in HOSTILE:
        await write(page, text)
        await is_seen(chat, text)
    dialog = await world.newest_dialog(HOSTILE[0])
    names = [one["name"] for one in await world.server.dialogs() if one["id"] == dialog]
    expect(names == ["<b>Eve</b>"], f"the visitor is called {names}")
    await evil.take(dialog)
    for text in HOSTILE:
        await evil.say(dialog, text)
    async with evil.socket(dialog) as operator:
        await operator.send_json({"type": "typing_start"})
        for text in HOSTILE:
            await chat.wait(count(text) + " >= 2", f"“{text}” of the operator")
        await world.shoot(page, "desktop-hostile")
    found = await chat.evaluate("""(() => ({
        hit: window.hit ?? null,
        title: document.querySelector('h1').innerHTML,
        foreign: [...document.querySelectorAll('img, iframe, script:not([src="frame.js"]), object, b:not(.avatar b), i:not(.dots i), [onerror], [onload], [onmouseover]')].length,
        links: [...document.querySelectorAll('a')].map((a) => [a.href, a.rel, a.target]),
        isolated: [...document.querySelectorAll('.bubble, .name, #status')].every((one) => /isolate/.test(getComputedStyle(one).unicodeBidi)),
        names: [...document.querySelectorAll('.manager .name, #status')].map((one) => one.textContent).join(),
      }))()""")
    expect(found["hit"] is None and await page.evaluate("window.hit") is None, "a script of somebody else's has run")
    expect(found["foreign"] == 0, f"{found['foreign']} elements were made of text")
    expect(found["title"] == "&lt;i&gt;Chat&lt;/i&gt;", f"the title is {found['title']}")
    expect(found["isolated"], "a text's direction reaches beyond it")
    expect("\u202e" not in found["names"], "a name turns the direction of what follows")
    expect(len(found["links"]) >= 4, "no links were found at all")
    for href, rel, target in found["links"]:
        expect(href.startswith(("http://a.example/", "https://a.example/", "https://good.example/")), f"a link to {href}")
        expect(rel == "noopener noreferrer nofollow" and target == "_blank", f"a link with {rel} {target}")
        expect("\u202e" not in href and "%E2%80%AE" not in href, "a link hides its end")
    return [page]


async def refused_and_overlong_messages(world):
    """A refusal is shown with its reason, and can be tried again or discarded; nothing is cut off."""
    page, chat = await world.visit()
    await chat.refuse("*wait=0*", 422, "These words are not allowed")
    await write(page, "Some words")
    await chat.wait("document.querySelector('[data-state=failed] .state')?.textContent.endsWith('not allowed')", "why")
    await write(page, "Other words")
    await chat.wait("document.querySelectorAll('[data-state=failed]').length === 2", "the second one")
    await world.shoot(page, "desktop-failed")
    checked = await chat.evaluate((HERE / "accessibility.js").read_text())
    expect(checked["problems"] == [], "\n".join(checked["problems"]))
    await chat.allow()
    await chat.evaluate("document.querySelectorAll('[data-state=failed] .link')[3].click()")
    await chat.evaluate("document.querySelectorAll('[data-state=failed] .link')[0].click()")
    await chat.wait("!document.querySelector('[data-state]')", "it to be sent")
    dialog = await world.newest_dialog("Some words")
    texts = [message["text"] for message in await world.server.messages(dialog)]
    expect(texts.count("Some words") == 1 and "Other words" not in texts, f"the server has {texts}")

    await write(page, "x" * 10_001)
    await chat.wait("!document.querySelector('#hint').hidden", "the hint")
    expect(await chat.evaluate("document.querySelector('#text').value.length") == 10_001, "the text was cut")
    await chat.evaluate("document.querySelector('#text').value = ''")
    await write(page, "😀" * 10_000)
    await is_seen(chat, "😀" * 10_000)
    # While a word is being composed, Enter is a part of that; Shift makes a new line.
    sent = await chat.evaluate("document.querySelectorAll('.user').length")
    await type_text(page, "にほん")
    await chat.evaluate("""document.querySelector('#text').dispatchEvent(
      new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true, cancelable: true}))""")
    await page.key("Enter", text="\r", modifiers=8)
    await chat.wait("document.querySelector('#text').value.endsWith('\\n')", "a new line")
    await type_text(page, "二")
    expect(await chat.evaluate("document.querySelectorAll('.user').length") == sent, "a composed word was sent")
    await page.key("Enter", text="\r")
    await is_seen(chat, "にほん\n二")
    return [page]


async def without_sockets_and_without_storage(world):
    """Where no socket can be opened the answers come by polling; where nothing can be stored the chat works."""
    page, chat = await world.visit(
        f"{world.server.origin}/widget/demo?assistant_id={world.server.assistant}",
        before="""
          Math.random = () => 0;
          window.WebSocket = class extends EventTarget {
            static OPEN = 1;
            constructor() { super(); setTimeout(() => this.onclose({code: 1006, reason: ''})); }
            close() {}
          };
          Object.defineProperty(window, 'localStorage', {get() { throw new Error('blocked'); }});
        """)
    await write(page, "Hello from a library")
    dialog = await world.newest_dialog("Hello from a library")
    await world.server.take(dialog)
    await world.server.say(dialog, "Hello, library")
    await is_seen(chat, "Hello, library")
    await chat.wait("document.querySelector('#status').textContent.includes('Anna')", "who it is")
    await world.server.say(dialog, "And again")
    await is_seen(chat, "And again")
    for text in ["Hello from a library", "Hello, library", "And again"]:
        expect(await chat.evaluate(count(text)) == 1, f"“{text}” is not there once")
    return [page]


async def the_links_rules(world):
    """The machine that decides about connections, on its own: its table of events."""
    page, chat = await world.visit()
    failures = await chat.evaluate((HERE / "link_rules.js").read_text())
    expect(failures == [], "\n".join(failures))
    return [page]


async def a_long_history(world):
    """It comes in pages, each message once and in its place; what is new is pointed out to who reads further up."""
    page, chat = await world.visit()
    await write(page, "The very first")
    dialog = await world.newest_dialog("The very first")
    await world.server.take(dialog)
    lines = [f"line {number}" for number in range(60)]
    for line in lines:
        await world.server.say(dialog, line)
    await is_seen(chat, lines[-1])
    again, chat = await world.visit(visitor=page.visitor)
    await is_seen(chat, lines[-1])
    expect(await chat.evaluate(count("The very first")) == 0, "all of the history came at once")
    await chat.evaluate("document.querySelector('#earlier').click()")
    await is_seen(chat, "The very first")
    expect(await chat.evaluate("document.querySelector('#earlier').hidden"), "there is still more to load")
    shown = await chat.evaluate("[...document.querySelectorAll('.manager .bubble')].map((one) => one.textContent)")
    expect(shown == lines, f"the lines are {shown}")
    days = await chat.evaluate("[...document.querySelectorAll('.day:not([hidden])')].map((one) => one.textContent)")
    expect(days == ["Today"], f"the days are {days}")
    await chat.evaluate("document.querySelector('#log').scrollTop = 200")
    await world.server.say(dialog, "What is new")
    await chat.wait("!document.querySelector('#pill').hidden", "the pill")
    await world.shoot(again, "desktop-new-messages")
    expect(await chat.evaluate("document.querySelector('#log').scrollTop") == 200, "the place was lost")
    await chat.evaluate("document.querySelector('#pill').click()")
    at_end = "(({scrollHeight, scrollTop, clientHeight}) => scrollHeight - scrollTop - clientHeight < 2)"
    await chat.wait(at_end + "(document.querySelector('#log'))", "the end")
    expect(await chat.evaluate("document.querySelector('#pill').hidden"), "the pill is still there")
    return [page, again]


async def two_tabs_of_one_visitor(world):
    """What is written in one is in the other, once, and both get the answer."""
    page, chat = await world.visit()
    await write(page, "From the first tab")
    await is_seen(chat, "From the first tab")
    other, second = await world.visit(visitor=page.visitor)
    await is_seen(second, "From the first tab")
    await write(other, "From the second tab")
    await is_seen(chat, "From the second tab")
    dialog = await world.newest_dialog("From the second tab")
    await world.server.take(dialog)
    await world.server.say(dialog, "To both")
    for one in [chat, second]:
        await is_seen(one, "To both")
        for text in ["From the first tab", "From the second tab", "To both"]:
            expect(await one.evaluate(count(text)) == 1, f"“{text}” is not there once")
    return [page, other]


async def everybody_can_use_it(world):
    """Names, roles, contrast and the order of focus, in each look; and a place for everything on narrow screens."""
    looks = {
        "desktop-dark": {"features": [("prefers-color-scheme", "dark")]},
        "desktop-light-fixed": {"features": [("prefers-color-scheme", "dark")], "options": {"theme": "light"}},
        "mobile-light": {"width": 390, "height": 780, "mobile": True},
        "mobile-dark": {"width": 390, "height": 780, "mobile": True, "options": {"theme": "dark"}},
        "russian": {"options": {"lang": "ru", "position": "left"}, "locale": "ru-RU"},
        # What is left of a small screen at 200 %.
        "zoomed": {"width": 640, "height": 400},
        "narrow": {"width": 320, "height": 480, "options": {"lang": "ru"}},
    }
    pages = []
    for name, look in looks.items():
        options = look.pop("options", {})
        page, chat = await world.visit(
            world.site.url("shop.example.com", assistant_id=world.server.assistant, **options), **look)
        words = ["Сколько стоит доставка?", "Спасибо! https://shop.example.com/dostavka", "Уже лучше"] \
            if options.get("lang") == "ru" else ["Do you ship to Norway?", "Thanks! https://shop.example.com/ship", "OK"]
        words[0] += f" ({name})"
        await write(page, words[0])
        await is_seen(chat, words[0])
        dialog = await world.newest_dialog(words[0])
        await chat.wait("document.querySelector('.assistant, .system')", "an answer")
        await world.server.take(dialog)
        await write(page, words[1])
        await is_seen(chat, words[1])
        await world.server.say(dialog, words[2])
        await is_seen(chat, words[2])
        await chat.wait("!document.querySelector('[data-state]')", "it to be sent")
        async with world.server.socket(dialog) as operator:
            await operator.send_json({"type": "typing_start"})
            await chat.wait("!document.querySelector('#typing').hidden", "typing")
            await world.shoot(page, name)
        for document in [page, chat]:
            checked = await document.evaluate((HERE / "accessibility.js").read_text())
            problems = [f"{name}: {problem}" for problem in checked["problems"]]
            # The page around has no main part of its own to judge.
            expect(problems == [], "\n".join(problems))
        expect(checked["texts"] > 8 and checked["controls"] >= 4, f"{name}: only {checked} was looked at")
        expect(await chat.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} scrolls sideways")
        expect(await chat.evaluate("document.querySelector('#log').clientHeight >= 60"), f"{name} shows no messages")
        box = await chat.evaluate("document.querySelector('#send').getBoundingClientRect().bottom <= innerHeight")
        expect(box, f"{name}: the button to send is out of sight")
        await world.server.release(dialog)
        await chat.wait("!document.querySelector('#person').hidden", "the button for a person")
        order = []
        for _ in range(5):
            order.append(await chat.evaluate("document.activeElement.id || document.activeElement.localName"))
            await page.key("Tab", modifiers=8)
        wanted = ["text", "person", "a", "log", "close"]
        expect(order == wanted, f"{name}: going back, the focus goes {order}")
        pages.append(page)
    still = await world.visit(features=[("prefers-reduced-motion", "reduce")])
    await write(still[0], "Slowly, please")
    await is_seen(still[1], "Slowly, please")
    moving = "document.getAnimations().filter((one) => one.playState === 'running').length"
    expect(await still[1].evaluate(moving) == 0 and await still[0].evaluate(moving) == 0, "something moves")
    return pages + [still[0]]


SCENARIOS = [
    a_conversation_on_an_assistants_widget,
    a_sites_widget_on_its_domain_and_elsewhere,
    hostile_text_is_inert,
    refused_and_overlong_messages,
    a_long_history,
    two_tabs_of_one_visitor,
    without_sockets_and_without_storage,
    the_links_rules,
    everybody_can_use_it,
    a_server_that_is_killed_and_comes_back,
]


async def main(program, screenshots, *names):
    screenshots = pathlib.Path(screenshots)
    screenshots.mkdir(parents=True, exist_ok=True)
    failed = 0
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        (pathlib.Path(folder) / "data").mkdir()
        server = Server(program, pathlib.Path(folder) / "data")
        site = Site(server)
        browser = await Browser.start(pathlib.Path(folder) / "profile")
        try:
            await server.prepare("Anna", "Petrova")
            await site.start()
            world = World(browser, server, site, screenshots)
            for scenario in SCENARIOS:
                name = scenario.__name__.replace("_", " ")
                if names and scenario.__name__ not in names:
                    continue
                began = time.monotonic()
                try:
                    pages = await scenario(world)
                    complaints = [complaint for page in pages for complaint in page.complaints]
                    expect(complaints == [], "a page complains: " + "\n".join(complaints))
                    for page in pages:
                        await page.close()
                    print(f"ok {name}, {time.monotonic() - began:.1f} s", flush=True)
                except Exception as error:
                    failed += 1
                    where = "" if isinstance(error, Failure) else traceback.format_exc()
                    line = traceback.extract_tb(error.__traceback__)
                    lines = [str(entry.lineno) for entry in line if entry.filename == __file__]
                    print(f"FAILED {name}, line {'/'.join(lines)}: {error}\n{where}", flush=True)
                    await browser.forget_pages(screenshots / f"failed-{scenario.__name__}.png")
        finally:
            if server.process:
                await server.stop()
                await site.stop()
            await browser.stop()
    return failed


if __name__ == "__main__":
    # Whoever runs this reads one of them only.
    sys.stderr = sys.stdout
    try:
        sys.exit(1 if asyncio.run(main(*sys.argv[1:])) else 0)
    except Failure as failure:
        print(f"FAILED {failure}")
        sys.exit(1)
