"""run.py [--quick]: the chat server beside a FastAPI twin of the same routes, as tables of Markdown.

Both may use every core, beside the load, with SQLite at synchronous=FULL on the same disk. What counts is the ratio.
"""

import argparse
import contextlib
import json
import os
import pathlib
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time

from sockets import Listeners, LoadError, request

ROOT = pathlib.Path(__file__).resolve().parents[3]
VENV = ROOT / ".build-bench" / "venv-server"
PACKAGES = ["fastapi", "uvicorn[standard]", "pyjwt"]
PROGRAM = ROOT / ".build" / "release" / "chatai-server"
LOAD = ROOT / ".build" / "release" / "server-load"
PASSWORD = "correct horse"
ROUNDS = 5


class Server:
    """A server that was started, with an operator logged in and some dialogs."""

    def __init__(self, name, process, port, dialogs):
        self.name, self.process, self.port = name, process, port
        credentials = {"username": "ann@example.com", "password": PASSWORD}
        self.token = request(port, "POST", "/api/login", credentials)["access_token"]
        self.dialogs = [
            request(port, "POST", f"/api/widget/dialogs?assistant_id=1&guest_id=guest-{index}")["id"]
            for index in range(dialogs)
        ]

    def paths(self, sockets):
        """As many sockets' paths, spread over the dialogs."""
        return [f"/ws/dialogs/{self.dialogs[i % len(self.dialogs)]}?token={self.token}" for i in range(sockets)]

    def resident(self):
        with open(f"/proc/{self.process.pid}/statm") as file:
            return int(file.read().split()[1]) * resource.getpagesize()

    def cpu(self):
        """Seconds of processor time."""
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def started(name, command, dialogs, environment=None):
    port = free_port()
    command = [str(part).replace("{port}", str(port)) for part in command]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env={**os.environ, **(environment or {})})
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            if process.poll() is not None:
                raise LoadError(f"{name} ended with status {process.returncode}")
            time.sleep(0.1)
        yield Server(name, process, port, dialogs)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


@contextlib.contextmanager
def ours(folder, dialogs=20):
    data = pathlib.Path(folder) / "data"
    run = lambda *arguments: subprocess.run(
        [PROGRAM, *arguments, "--data", data], input=PASSWORD + "\n", text=True, check=True, capture_output=True)
    run("user", "add", "ann@example.com", "--role", "admin", "--password-stdin")
    run("assistant", "add", "Juno", "--owner", "ann@example.com")
    limits = {"sockets": 20_000, "sockets_per_dialog": 20_000, "connects_per_minute": 1_000_000, "connections": 30_000}
    settings = [part for key, value in limits.items() for part in ("--set", f"limits.{key}={value}")]
    command = [PROGRAM, "serve", "--port", "{port}", "--data", data, "--set", "log_level=warning", *settings]
    with started("chatai-server", command, dialogs) as server:
        yield server


@contextlib.contextmanager
def twin(folder, dialogs=20):
    command = [VENV / "bin" / "python", pathlib.Path(__file__).with_name("twin.py"), "{port}", f"{folder}/twin.sqlite"]
    with started("FastAPI twin", command, dialogs) as server:
        yield server


# MARK: Measurements


def load(server, seconds, **options):
    """What `server-load` did and found, and the processor time that the server took, in seconds."""
    options = {"client-id": os.urandom(6).hex(), "dialogs": ",".join(map(str, server.dialogs)), **options}
    cpu = server.cpu()
    result = subprocess.run(
        [LOAD, f"--port={server.port}", f"--token={server.token}", f"--seconds={seconds}",
         *(f"--{key}={value}" for key, value in options.items())], stdout=subprocess.PIPE, text=True)
    if result.returncode:
        raise LoadError(f"{server.name}: the load failed")
    return {**json.loads(result.stdout), "cpu": server.cpu() - cpu}


# Each of these is one round; rounds are put in order by their `rank`.


def posts(server, seconds, pace):
    """Messages a second that are stored and answered, with nobody listening; microseconds of processor for each."""
    found = load(server, seconds, connections=64)
    rate = found["posted"] / found["seconds"]
    return {"rank": rate, "posts": rate, "cpu": found["cpu"] / found["posted"] * 1e6}


def deliveries(server, seconds, pace):
    """Deliveries a second to 50 sockets of each dialog, and the fewest and most that one socket got."""
    found = load(server, seconds, connections=64, sockets=50 * len(server.dialogs))
    rate = found["delivered"] / found["seconds"]
    return {"rank": rate, "deliveries": rate, "fewest": found["fewest"], "most": found["most"]}


def latency(server, seconds, pace):
    """From POST to the last of the dialog's 50 sockets, at a pace of messages a second: p50 and p99 in milliseconds."""
    found = load(server, seconds, connections=64, sockets=50, dialogs=server.dialogs[0], pace=pace)
    return {"rank": found["p99"], "latency": (found["p50"], found["p99"], found["posted"] / found["seconds"])}


def storm(server, sockets):
    """How long it takes until so many sockets are open that are asked for at once, in seconds."""
    listeners = Listeners()
    took = listeners.open(server.port, server.paths(sockets))
    listeners.close()
    return took


def memory(server, sockets):
    """Bytes of memory of a socket, of so many."""
    listeners = Listeners()
    # What the first ones cost besides themselves is not theirs.
    listeners.open(server.port, server.paths(200))
    time.sleep(1)
    before = server.resident()
    held = len(listeners.sockets)
    while held < sockets:
        count = min(500, sockets - held)
        listeners.open(server.port, server.paths(count))
        held += count
    time.sleep(2)
    used = server.resident() - before
    listeners.close()
    return used / (sockets - 200)


# MARK: Report


def prepare():
    if not PROGRAM.exists() or not LOAD.exists():
        sys.exit("build it first: make bench-server")
    if not (VENV / "ready").exists():
        shutil.rmtree(VENV, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
        subprocess.run([VENV / "bin" / "pip", "install", "--quiet", *PACKAGES], check=True)
        (VENV / "ready").touch()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a quarter of the time, for trying it out")
    options = parser.parse_args()
    prepare()
    seconds = 1 if options.quick else 4
    many = 2_000 if options.quick else 10_000
    rows = []
    with contextlib.ExitStack() as stack:
        for name, make, pace in (("chatai-server", ours, 500), ("FastAPI twin", twin, 100)):
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="chatai-bench"))
            rows.append({"name": name, "server": stack.enter_context(make(folder)), "pace": pace})
        # First: what is freed serves again, and would hide what a socket takes.
        for row in rows:
            row["memory"] = memory(row["server"], many)
            row["storm"] = storm(row["server"], 1000)
        # By turns, and the middle one counts: a machine that is shared is not as fast in one minute as in the next.
        for measure in (posts, deliveries, latency):
            rounds = {row["name"]: [] for row in rows}
            for _ in range(ROUNDS):
                for row in rows:
                    rounds[row["name"]].append(measure(row["server"], seconds, row["pace"]))
            for row in rows:
                found = sorted(rounds[row["name"]], key=lambda each: each["rank"])
                row.update(found[len(found) // 2])
            print(f"{measure.__name__}: {[each['rank'] for row in rows for each in rounds[row['name']]]}", file=sys.stderr)
    mine, other = rows
    print(f"| server | POST/s, on disk | CPU, µs a POST | deliveries/s, 1,000 sockets | fewest/most of a socket "
          f"| 1,000 sockets open after, s | a socket of {many:,}, bytes |")
    print("|---|---|---|---|---|---|---|")
    for row in rows:
        print(f"| {row['name']} | {row['posts']:,.0f} | {row['cpu']:,.0f} | {row['deliveries']:,.0f} "
              f"| {row['fewest']:,}/{row['most']:,} | {row['storm']:.2f} | {row['memory']:,.0f} |")
    print(f"| ratio | {mine['posts'] / other['posts']:.1f} | {other['cpu'] / mine['cpu']:.1f} "
          f"| {mine['deliveries'] / other['deliveries']:.1f} | | | |")
    print()
    print("| server | messages/s asked for and had | POST to the last of 50 sockets, p50 ms | p99 ms |")
    print("|---|---|---|---|")
    for row in rows:
        p50, p99, posted = row["latency"]
        print(f"| {row['name']} | {row['pace']} / {posted:.0f} | {p50:.2f} | {p99:.2f} |")


if __name__ == "__main__":
    try:
        main()
    except LoadError as error:
        sys.exit(f"failed: {error}")
