#!/usr/bin/env python3
"""Measures our WebSocket echo server beside other libraries', in one run on one machine.

Every server runs on one core and the load generator on another; each measurement has a fresh server, and the servers
take turns, so that a drift of the machine hits all alike. The generator is wsload where the shared tools stand beside
the checkout, else our own (`websocket-testee load`), which knows no raw TCP. Linux only. The tables are Markdown.
"""

import argparse
import datetime
import json
import os
import platform
import re
import resource
import signal
import subprocess
import sys

import measuring
import report
import servers

QUICK_SECONDS = 0.7


def parse_arguments():
    names = [server.name for server in servers.SERVERS] + [case.name for case in measuring.CASES]
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="names for --only:\n  " + "\n  ".join(names))
    parser.add_argument("--quick", action="store_true", help=f"one run of {QUICK_SECONDS} s of each")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", choices=names,
                        help="only this server or case; may be repeated")
    parser.add_argument("--runs", type=int, default=3, help="the best of so many counts (3)")
    parser.add_argument("--seconds", type=float, default=2, help="how long one measures (2)")
    parser.add_argument("--generator", choices=["auto", *measuring.GENERATORS], default="auto")
    parser.add_argument("--server-core", type=int, default=0)
    parser.add_argument("--load-core", type=int, default=1)
    parser.add_argument("--no-build", action="store_true", help="take the Swift programs as they are")
    parser.add_argument("--json", metavar="FILE", help="also write every result there")
    arguments = parser.parse_args()
    if arguments.quick:
        arguments.runs, arguments.seconds = 1, QUICK_SECONDS
    if arguments.runs < 1 or not 0.1 <= arguments.seconds <= 600:
        parser.error("--runs is 1 or more, --seconds 0.1 to 600")
    if arguments.generator == "auto":
        arguments.generator = "wsload" if servers.SHARED_WSLOAD.exists() else "own"
    missing = {arguments.server_core, arguments.load_core} - os.sched_getaffinity(0)
    if missing or arguments.server_core == arguments.load_core:
        parser.error("a core for the server and another for the load are needed")
    return arguments


def select(arguments):
    """The servers and the cases asked for; all of a kind when none of it is named."""
    chosen = [server for server in servers.SERVERS if server.name in arguments.only] or servers.SERVERS
    cases = [case for case in measuring.CASES if case.name in arguments.only] or measuring.CASES
    if arguments.generator == "own":
        chosen = [server for server in chosen if server.is_websocket]
    return chosen, cases


def build(chosen, arguments):
    servers.BUILD.mkdir(exist_ok=True)
    if arguments.generator == "wsload":
        servers.build_wsload()
    elif servers.OURS not in [server.name for server in chosen] and not arguments.no_build:
        servers.build_swift("websocket-testee")
    for server in chosen:
        if not (server.is_swift and arguments.no_build):
            server.build()


def measure_all(chosen, cases, arguments):
    """Results of all servers, results of our own generator against our own server, and what went wrong."""
    cores = measuring.Cores(arguments.server_core, arguments.load_core)
    results, pairs, failures = report.Results(), report.Results(), []
    for case in cases:
        turns = [(results, server, arguments.generator) for server in chosen if case.suits(server)]
        ours = [server for server in chosen if server.name == servers.OURS]
        if ours and case.name in measuring.PAIR_CASES:
            turns.append((pairs, ours[0], "own"))
        # Memory does not vary as time does.
        for run in range(1 if case.is_memory else arguments.runs):
            for table, server, generator in turns:
                print(f"{case.title}: {server.name}, {generator}, run {run + 1}", file=sys.stderr)
                try:
                    table.add(server.name, case, measuring.measure(case, server, generator, cores, arguments.seconds))
                except (measuring.LoadError, servers.SetupError) as error:
                    failures.append(f"{server.name}, {case.title}, {generator}: {error}")
    return results, pairs, failures


class MachineClock:
    """What of the machine's time went to others while we measured."""

    def __init__(self):
        self.start = self.read()

    @staticmethod
    def read():
        with open("/proc/stat") as stat:
            user, nice, system, idle, iowait, irq, softirq, steal = map(int, stat.readline().split()[1:9])
        own = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        used = sum(usage.ru_utime + usage.ru_stime for usage in own) * os.sysconf("SC_CLK_TCK")
        busy = user + nice + system + irq + softirq
        return busy + idle + iowait + steal, busy - used, steal

    def __str__(self):
        total, others, steal = (now - then for now, then in zip(self.read(), self.start))
        cores = os.cpu_count() or 1
        return (f"other processes used {max(0, others) / total * cores:.2f} of the {cores} cores, "
                f"the hypervisor took {steal / total * cores:.2f}")


def machine():
    with open("/proc/cpuinfo") as info:
        model = re.search(r"model name\s*:\s*(.+)", info.read())
    return f"{os.cpu_count()} cores, {model[1].strip() if model else platform.machine()}, Linux {platform.release()}"


def codec_benchmark(arguments):
    """What the codec does in memory, without a socket, when its benchmark is built."""
    program = servers.SWIFT_BUILD / "websocket-codec-bench"
    if arguments.only or not program.exists():
        return ""
    done = subprocess.run([program], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                          preexec_fn=servers.pinned(arguments.server_core))
    if done.returncode:
        raise measuring.LoadError(f"websocket-codec-bench: {done.stderr.strip()}")
    return "### The codec alone, in memory\n\n```\n" + done.stdout.rstrip() + "\n```"


def main():
    arguments = parse_arguments()
    # So that what runs is ended on the way out.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    chosen, cases = select(arguments)
    if not chosen:
        sys.exit("bench-websocket: our own generator knows no raw TCP")
    try:
        build(chosen, arguments)
        versions = {server.name: server.version() for server in chosen}
    except servers.SetupError as error:
        sys.exit(f"bench-websocket: {error}")
    clock, load = MachineClock(), os.getloadavg()[0]
    results, pairs, failures = measure_all(chosen, cases, arguments)
    noise = f"{report.noise(results)}; {clock}; load average at the start {load:.1f}"
    try:
        codec = codec_benchmark(arguments)
    except measuring.LoadError as error:
        codec = ""
        failures.append(str(error))

    today = datetime.date.today().isoformat()
    sections = [
        f"Measured {today} on {machine()}; best of {arguments.runs} runs of {arguments.seconds:g} s, generator "
        f"{arguments.generator}. In brackets: how many times better ours is.",
        *report.group_tables(results),
        report.pair_table(pairs) if pairs.runs else "",
        codec,
        report.bar_table(results),
        report.reference_table(),
        "Noise: " + noise + ".",
        "Versions: " + "; ".join(f"{name} {version}" for name, version in versions.items()) + ".",
    ]
    print("\n\n".join(section for section in sections if section))
    if arguments.json:
        runs = [{"server": server, "case": case, "pair": table is pairs, **run}
                for table in (results, pairs) for (server, case), all_runs in table.runs.items() for run in all_runs]
        with open(arguments.json, "w") as output:
            json.dump({"date": today, "machine": machine(), "noise": noise, "versions": versions, "runs": runs,
                       "failures": failures}, output, indent=1)
    for failure in failures:
        print(f"FAILED: {failure}", file=sys.stderr)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
