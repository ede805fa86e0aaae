"""What is measured of a server: the matrix of loads, the two load generators, memory."""

import dataclasses
import json
import os
import subprocess

import memory
import servers

WARM_UP_SECONDS = 0.5


@dataclasses.dataclass(frozen=True)
class Case:
    name: str
    title: str
    connections: int = 1
    depth: int = 1
    size: int = 64
    binary: bool = False
    deflate: bool = False
    # Server and generator on the same core.
    one_core: bool = False
    # Bytes a connection, and no load.
    is_memory: bool = False

    def suits(self, server):
        if self.deflate and not server.has_deflate:
            return False
        return server.is_websocket or not self.is_memory

    def score(self, result):
        """Of several runs the one with the greatest score counts."""
        if self.is_memory:
            return -result["bytes_per_conn_used"]
        return result["msgs_per_s"] if self.depth > 1 or self.size > 64 else -result["p50_us"]


CASES = [
    Case("small", "64 B, 1 connection, 64 in flight", depth=64),
    Case("kilobyte", "1 KiB, 1 connection, 64 in flight", depth=64, size=1024),
    Case("many", "64 B, 32 connections, 64 in flight on each", connections=32, depth=64),
    Case("mebibyte", "1 MiB binary, 1 connection, 1 in flight", size=1 << 20, binary=True),
    Case("ping-pong", "64 B, 1 in flight, a core for each end"),
    Case("one-core", "64 B, 1 in flight, both ends on one core", one_core=True),
    Case("deflate", "permessage-deflate, 1 KiB of JSON, 64 in flight", depth=64, size=1024, deflate=True),
    Case("idle", "1,000 idle connections", connections=1000, is_memory=True),
    Case("deflate-memory", "1,000 connections with permessage-deflate", connections=1000, size=1024, deflate=True,
         is_memory=True),
]
# Also measured with both ends ours.
PAIR_CASES = ["small", "kilobyte", "mebibyte", "ping-pong"]


class LoadError(Exception):
    """A load did not come to its end; the text is what the generator said."""


@dataclasses.dataclass(frozen=True)
class Cores:
    server: int
    load: int


def wsload(case, server, process, port, seconds):
    command = [servers.BUILD / "wsload", "--json", "--pid", process.pid, "-t", seconds, "-w", WARM_UP_SECONDS,
               "-c", case.connections, "-d", case.depth, "-s", case.size]
    command += ["-b"] * case.binary + ["-z"] * case.deflate + ["--raw"] * (not server.is_websocket)
    return [*command, port]


def own_load(case, server, process, port, seconds):
    command = [servers.SWIFT_BUILD / "websocket-testee", "load", f"ws://127.0.0.1:{port}/", "--seconds", seconds,
               "--warm-up", WARM_UP_SECONDS, "--connections", case.connections, "--depth", case.depth,
               "--size", case.size]
    return command + ["--binary"] * case.binary + ["--deflate"] * case.deflate


GENERATORS = {"wsload": wsload, "own": own_load}


def measure(case, server, generator, cores, seconds):
    """One run of one case against a fresh server."""
    with servers.running(server, cores.server) as (process, port):
        if case.is_memory:
            try:
                return memory.measure(process.pid, port, case.connections, case.size, case.deflate)
            except (OSError, memory.WrongAnswer) as error:
                raise LoadError(str(error)) from None
        before = cpu_seconds(process.pid)
        command = [str(part) for part in GENERATORS[generator](case, server, process, port, seconds)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60, stdin=subprocess.DEVNULL,
                                  preexec_fn=servers.pinned(cores.server if case.one_core else cores.load))
        except subprocess.TimeoutExpired:
            raise LoadError("the generator did not end") from None
        if done.returncode:
            raise LoadError(done.stderr.strip() or f"exit status {done.returncode}")
        result = json.loads(done.stdout)
        if "server_cpu_us_per_msg" not in result:
            # Our generator says how many replies came in all, the warm-up's too.
            used = cpu_seconds(process.pid) - before
            result["server_cpu_us_per_msg"] = used * 1e6 / max(1, result["replies"])
        return result


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
