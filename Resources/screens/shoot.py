"""Screenshots of the console on the demo's data.

    shoot.py METER [--programs DIR] [--out DIR]           those of the README
    shoot.py METER --all [--sizes …] [--themes …]         every screen, size and theme, to be looked at

METER is the folder that tui_meter lies in. For each size and theme a demo server of its own is started, the console is
logged in to it and typed into, and what its terminal shows is drawn as a PNG with a palette. `make screens` runs it.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time

README = [("80x24", "dark", ["note"]), ("120x40", "dark", ["composing"]), ("200x60", "dark", ["composing"]),
          ("120x40", "light", ["composing"])]
SIZES = ["80x24", "120x40", "200x60"]
THEMES = ["dark", "light", "high-contrast", "mono"]
# What the terminal has where the theme leaves it alone: text, ground.
GROUNDS = {"light": ((36, 36, 36), (253, 252, 248)), "high-contrast": ((255, 255, 255), (0, 0, 0))}

ESC = "\x1b"
REPLY = "Hello, I am looking at it right now. May I have the order's number?"
NOTE = "Second time this week, please be generous"

# A screen: the keys that bring it, what must be seen then (a pattern), the keys that leave it.
SCREENS = {
    "list": ("", r"waiting", ""),
    "conversation": (":open 16\r", r"#16 · ", ""),
    "composing": ("t|▸ yours;r|REPLY to;" + REPLY, r"order's number", ESC),
    "note": ("N|NOTE;" + NOTE, r"generous", ESC),
    "popup": ("g", r"g g|first", ESC),
    "help": ("?", r"Keys", ESC),
    "palette": ("\x0bta", r"found", ESC),
    "command": (":set th", r"theme", "\x15" + ESC),
    "details": ("i", r"Visitor|VISITOR", "i"),
    "snooze": ("zz", r"aside", ESC),
    "search": ("/no", r"not found|of \d", ESC),
    "question": ("b", r"Give|give back", ESC),
    "monitor": ("gm", r"[Hh]and-offs", "q"),
    "dashboard": ("gd", r"[Qq]ueue", "q"),
    "lost": ("LOST", r"reconnecting \d", ""),
}


class Demo:
    """A demo server, and a profile that is logged in to it."""

    def __init__(self, programs, theme):
        self.programs = programs
        self.home = tempfile.TemporaryDirectory(prefix="chatai-screens-")
        self.environment = {f"XDG_{name}_HOME": f"{self.home.name}/{name}" for name in ("CONFIG", "STATE", "DATA", "CACHE")}
        os.makedirs(self.home.name + "/CONFIG/chatai")
        with open(self.home.name + "/CONFIG/chatai/config.toml", "w") as file:
            file.write(f'theme = "{theme}"\n')
        self.server = subprocess.Popen(
            [programs + "/chatai-server", "demo"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True)
        invitation = json.loads(self.server.stdout.readline())
        self.chatai(
            "login", "--server", invitation["url"], "--email", invitation["email"], "--password-stdin",
            input=invitation["password"] + "\n")
        # A shop that nobody waits in is no good picture.
        end = time.monotonic() + 60
        while time.monotonic() < end and self.waiting() < 2:
            time.sleep(0.5)

    def chatai(self, *arguments, input=None):
        result = subprocess.run(
            [self.programs + "/chatai", *arguments], env={**os.environ, **self.environment}, input=input,
            capture_output=True, text=True)
        if result.returncode != 0:
            raise RuntimeError(f"chatai {arguments[0]}: {result.stderr}")
        return result.stdout

    def waiting(self):
        return sum('"requested"' in line for line in self.chatai("list", "--json").splitlines())

    def end(self):
        if self.server.poll() is None:
            self.server.terminate()
        self.server.wait()


def wait(session, pattern, seconds=20):
    """Waits until the screen has something, and is at rest."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        session.settle(0.15, 1)
        if re.search(pattern, session.text()):
            return
        time.sleep(0.05)
    raise RuntimeError(f"never seen: {pattern}\n{session.text()}")


def type_keys(session, keys):
    """Keys in parts with `;` between them, each with what to wait for after `|`; a lone ESC needs its silence."""
    for part in re.split(r";(?! )", keys):
        text, _, pattern = part.partition("|")
        session.send(text)
        session.settle(0.3, 2)
        if text == "t":
            time.sleep(1)  # on the board another dialog may be ours already: nothing tells them apart
        if text.endswith(ESC):
            time.sleep(0.15)
        if pattern:
            wait(session, pattern)


FONTS = {
    "text": "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf",
    "bold": "/usr/share/fonts/truetype/dejavu/DejaVuSansMono-Bold.ttf",
    "wide": "/usr/share/fonts/opentype/unifont/unifont.otf",
    "emoji": "/usr/share/fonts/truetype/ancient-scripts/Symbola_hint.ttf",
}
BOLD, FAINT, UNDERLINE, REVERSE, HIDDEN = 1, 2, 8, 32, 64


def draw(session, path, theme):
    """The screen as a PNG with a palette; each character in the first font that is made for its kind."""
    from PIL import Image, ImageDraw, ImageFont
    from tui_meter import render

    fonts = {kind: ImageFont.truetype(file, 14) for kind, file in FONTS.items() if os.path.exists(file)}
    width, height = round(fonts["text"].getlength("M")), 18
    text, ground = GROUNDS.get(theme, ((208, 208, 208), (18, 18, 18)))
    rows, columns, cells = session.cells()
    info = session.info()
    image = Image.new("RGB", (columns * width, rows * height), ground)
    pen = ImageDraw.Draw(image)
    pairs = {}
    for index in range(rows * columns):
        cell, (row, column) = cells[index], divmod(index, columns)
        ink, paper = render.rgb(cell.fg, text), render.rgb(cell.bg, ground)
        if cell.attr & FAINT:
            ink = tuple((2 * one + other) // 3 for one, other in zip(ink, paper))
        reverses = bool(cell.attr & REVERSE) != (
            bool(info["curvis"]) and (row, column) == (info["row"], info["col"]))
        if reverses:
            ink, paper = paper, ink
        if not cell.width:
            continue
        pairs[ink, paper] = pairs.get((ink, paper), 0) + 1
        left, top, right = column * width, row * height, (column + cell.width) * width - 1
        pen.rectangle([left, top, right, top + height - 1], fill=paper)
        if cell.ch > 32 and not cell.attr & HIDDEN:
            kind = "bold" if cell.attr & BOLD else "text"
            if cell.ch >= 0x1F000:
                kind = "emoji"
            elif cell.width == 2:
                kind = "wide"
            mark = chr(cell.comb0) if cell.comb0 else ""
            pen.text((left, top + 1), chr(cell.ch) + mark, font=fonts.get(kind, fonts["text"]), fill=ink)
        if cell.attr & UNDERLINE:
            pen.line([left, top + height - 2, right, top + height - 2], fill=ink)
    # A palette of the screen's own colours with the steps between ink and paper: a general one would lose the rare ones,
    # which mean the most.
    steps = max(2, min(7, 250 // len(pairs)))
    palette = []
    for ink, paper in sorted(pairs, key=pairs.get, reverse=True):
        for step in range(steps):
            color = tuple(round(p + (i - p) * step / (steps - 1)) for i, p in zip(ink, paper))
            if color not in palette:
                palette.append(color)
    palette = palette[:256]
    own = Image.new("P", (1, 1))
    own.putpalette([part for color in palette for part in color] + list(palette[0]) * (256 - len(palette)))
    image.quantize(palette=own, dither=Image.Dither.NONE).save(path, optimize=True)


def shoot(options, size, theme, screens):
    from tui_meter import core

    columns, rows = (int(number) for number in size.split("x"))
    demo = Demo(options.programs, theme)
    try:
        with core.Session([options.programs + "/chatai"], rows, columns, env=demo.environment) as session:
            wait(session, r"waiting")
            for name, (keys, pattern, leave) in SCREENS.items():
                if keys == "LOST":
                    demo.end()
                elif keys:
                    type_keys(session, keys)
                wait(session, pattern)
                if name == "popup":
                    time.sleep(0.6)
                if name in screens:
                    path = f"{options.out}/{name}-{theme}-{size}.png"
                    draw(session, path, theme)
                    if options.text:
                        with open(path[:-3] + "txt", "w") as file:
                            file.write(session.text() + "\n")
                if name == screens[-1]:
                    break
                if leave:
                    type_keys(session, leave)
    finally:
        demo.end()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("meter")
    parser.add_argument("--programs", default=".build/debug")
    parser.add_argument("--out", default="Resources/screens")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--sizes", default=",".join(SIZES))
    parser.add_argument("--themes", default=",".join(THEMES))
    parser.add_argument("--text", action="store_true", help="beside each picture its text")
    options = parser.parse_args()
    sys.path.insert(0, options.meter)
    options.programs = os.path.abspath(options.programs)
    os.makedirs(options.out, exist_ok=True)
    if options.all:
        wanted = [
            (size, theme, list(SCREENS)) for theme in options.themes.split(",") for size in options.sizes.split(",")]
    else:
        wanted = README
    for size, theme, screens in wanted:
        shoot(options, size, theme, screens)


if __name__ == "__main__":
    main()
