"""The console measured from outside by tui_meter: `python -m tui_meter run [--quick] .../scenario.py`.

The server is the part-1 test server of the end-to-end tests, so that what is measured is the console and not a
database. Needs aiohttp. Environment: CHATAI, the console's binary; CHATAI_REPOSITORY, the checkout.
"""

import mmap
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading

from tui_meter import Scenario, now

REPOSITORY = os.environ.get("CHATAI_REPOSITORY") or os.path.abspath(os.path.join(os.path.dirname(__file__), "../../.."))
CONSOLE = os.environ.get("CHATAI") or os.path.join(REPOSITORY, ".build/release/chatai")
SERVER = os.path.join(REPOSITORY, "Tests/EndToEndTests/Python/part_one_server.py")
DIALOG = 1  # the one that waits for a human; the operator takes it


class Console(Scenario):
    name, first_text, ready_text = "chatai", "127.0.0.1", "online"
    input_rows = (-2, -1)
    effect_keys = {"page up/down": [b"\x1b[5~", b"\x1b[6~"]}
    clear_key = b"\x15"
    N = 200_000

    def setup(self):
        self.home = tempfile.mkdtemp(prefix="chatai-meter")
        self.env = {f"XDG_{kind}_HOME": os.path.join(self.home, kind.lower()) for kind in ("CONFIG", "STATE", "DATA", "CACHE")}
        self.server = subprocess.Popen([sys.executable, SERVER, "0"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self.server.stdout.readline().split()[1])
        self.cmd = [CONSOLE]
        subprocess.run(
            [CONSOLE, "login", "--server", f"http://127.0.0.1:{self.port}", "--email", "op@example.com", "--password-stdin"],
            input="secret\n", text=True, check=True, stdout=subprocess.DEVNULL, env={**os.environ, **self.env})
        self.hop = mmap.mmap(-1, self.N * 8)
        self.hop_pid = os.fork()
        if self.hop_pid == 0:
            try:
                self.receive()
            finally:
                os._exit(0)
        self.before_injector()

    def receive(self):
        """A plain second receiver on the same dialog: when did the server's frame reach anybody?"""
        with socket.create_connection(("127.0.0.1", self.port)) as s:
            s.sendall((f"GET /ws/dialogs/{DIALOG}?token=access HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
                       "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                       "Sec-WebSocket-Version: 13\r\n\r\n").encode())
            rest, mark = b"", re.compile(rb"~m(\d{6})~")
            while data := s.recv(65536):
                at = now()
                rest += data
                end = 0
                for found in mark.finditer(rest):
                    end = found.end()
                    if int(found[1]) < self.N:
                        struct.pack_into("Q", self.hop, int(found[1]) * 8, at)
                rest = rest[end:][-64:]

    def hop_times(self, first, n):
        return struct.unpack_from(f"{n}Q", self.hop, first * 8)

    def before_injector(self):
        # Requests are pipelined: an injector must not wait for the answers.
        self.control = socket.create_connection(("127.0.0.1", self.port))
        self.control.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=self.drain, args=(self.control,), daemon=True).start()

    @staticmethod
    def drain(connection):
        try:
            while connection.recv(65536):
                pass
        except OSError:
            pass

    def after_start(self, s):
        # What a key comes to is waited for: a letter typed too early would be a verb.
        for key, shown in (("n", "Ana Petrova"), ("t", "yours"), ("r", "REPLY")):
            s.send(key)
            if not s.wait_text(shown, 10):
                raise RuntimeError(f"{key!r} did not bring {shown!r}:\n{s.text()}")
            s.settle(0.3, 3)

    def inject(self, text):
        self.inject_raw(text.encode())

    def inject_raw(self, data):
        data.decode()  # JSON carries no broken UTF-8
        self.control.sendall(
            f"POST /control/say?dialog={DIALOG} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain; charset=utf-8\r\n"
            f"Content-Length: {len(data)}\r\n\r\n".encode() + data)

    def teardown(self):
        self.control.close()
        self.server.terminate()  # forks hold its stdin open too
        self.server.wait()
        os.waitpid(self.hop_pid, 0)
        shutil.rmtree(self.home, ignore_errors=True)


make = Console
