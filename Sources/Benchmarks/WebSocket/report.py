"""The tables: every server beside ours, and the bars."""

import dataclasses
import statistics

import measuring
import reference
import servers


@dataclasses.dataclass(frozen=True)
class Column:
    case: str
    title: str
    key: str
    # A format, such as "{:,.0f}".
    format: str
    scale: float = 1
    less_is_better: bool = False
    # Whether to say how many times better ours is.
    compares: bool = True


GROUPS = [
    ("Throughput", [
        Column("small", "64 B msg/s", "msgs_per_s", "{:,.0f}"),
        Column("small", "CPU µs", "server_cpu_us_per_msg", "{:.2f}", compares=False),
        Column("kilobyte", "1 KiB msg/s", "msgs_per_s", "{:,.0f}"),
        Column("kilobyte", "CPU µs", "server_cpu_us_per_msg", "{:.2f}", compares=False),
        Column("many", "32 connections msg/s", "msgs_per_s", "{:,.0f}"),
        Column("many", "CPU µs", "server_cpu_us_per_msg", "{:.2f}", compares=False),
        Column("mebibyte", "1 MiB GB/s", "payload_mb_per_s", "{:.2f}", scale=1e-3),
    ]),
    ("Round trip, µs", [
        Column("ping-pong", "two cores p50", "p50_us", "{:.1f}", less_is_better=True),
        Column("ping-pong", "p99", "p99_us", "{:.1f}", less_is_better=True, compares=False),
        Column("one-core", "one core p50", "p50_us", "{:.1f}", less_is_better=True),
        Column("one-core", "p99", "p99_us", "{:.1f}", less_is_better=True, compares=False),
    ]),
    ("permessage-deflate, 1 KiB of JSON", [
        Column("deflate", "msg/s", "msgs_per_s", "{:,.0f}"),
        Column("deflate", "CPU µs", "server_cpu_us_per_msg", "{:.1f}", less_is_better=True, compares=False),
        Column("deflate", "wire B/msg", "wire_in_per_msg", "{:.0f}", less_is_better=True),
        Column("deflate-memory", "B/conn open", "bytes_per_conn", "{:,.0f}", less_is_better=True),
        Column("deflate-memory", "after a message", "bytes_per_conn_used", "{:,.0f}", less_is_better=True),
        Column("deflate-memory", "after 40", "bytes_per_conn_full", "{:,.0f}", less_is_better=True),
    ]),
    ("Memory of 1,000 connections", [
        Column("idle", "B/conn open", "bytes_per_conn", "{:,.0f}", less_is_better=True),
        Column("idle", "B/conn after a message", "bytes_per_conn_used", "{:,.0f}", less_is_better=True),
    ]),
]
PAIR_COLUMNS = [
    Column("small", "64 B msg/s", "msgs_per_s", "{:,.0f}"),
    Column("kilobyte", "1 KiB msg/s", "msgs_per_s", "{:,.0f}"),
    Column("mebibyte", "1 MiB GB/s", "payload_mb_per_s", "{:.2f}", scale=1e-3),
    Column("ping-pong", "round trip p50 µs", "p50_us", "{:.1f}", less_is_better=True),
]


class Results:
    """Every run's result, by server and case."""

    def __init__(self):
        self.runs = {}

    def add(self, server, case, result):
        self.runs.setdefault((server, case.name), []).append(result)

    def best(self, server, case_name):
        runs = self.runs.get((server, case_name))
        case = next(case for case in measuring.CASES if case.name == case_name)
        return max(runs, key=case.score) if runs else None

    def value(self, server, column):
        best = self.best(server, column.case)
        value = best and best.get(column.key)
        return None if value is None else value * column.scale

    def spreads(self, server=None):
        """How far the worst run of a cell is below its best, as a part of it."""
        for (name, case_name), runs in self.runs.items():
            case = next(case for case in measuring.CASES if case.name == case_name)
            scores = [abs(case.score(run)) for run in runs]
            if len(scores) > 1 and not case.is_memory and server in (None, name):
                yield 1 - min(scores) / max(scores)


def times_better(ours, theirs, less_is_better):
    if not ours or not theirs or ours < 0 or theirs < 0:
        return None
    return theirs / ours if less_is_better else ours / theirs


def markdown(header, rows):
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    lines = [header, ["-" * widths[0]] + ["-" * (width - 1) + ":" for width in widths[1:]], *rows]
    return "\n".join("| " + " | ".join(
        cell.ljust(width) if i == 0 else cell.rjust(width) for i, (cell, width) in enumerate(zip(line, widths))) + " |"
        for line in lines)


def cell(results, server, column):
    value = results.value(server, column)
    if value is None:
        return "–"
    text = column.format.format(value)
    if server == servers.OURS or not column.compares:
        return text
    ratio = times_better(results.value(servers.OURS, column), value, column.less_is_better)
    return text if ratio is None else f"{text} ({ratio:.2f}×)"


def group_tables(results):
    names = list(dict.fromkeys(server for server, _ in results.runs))
    for title, columns in GROUPS:
        columns = [column for column in columns if any(results.best(name, column.case) for name in names)]
        rows = [[name] + [cell(results, name, column) for column in columns] for name in names
                if any(results.best(name, column.case) for column in columns)]
        if rows:
            yield f"### {title}\n\n" + markdown(["server"] + [column.title for column in columns], rows)


def pair_table(pairs):
    rows = [["ours"] + [cell(pairs, servers.OURS, column) for column in PAIR_COLUMNS]]
    for name, values in reference.PAIRS.items():
        rows.append([f"{name} *"] + [column.format.format(values[column.case]) for column in PAIR_COLUMNS])
    return ("### The same library at both ends\n\n" + markdown(["library"] + [c.title for c in PAIR_COLUMNS], rows)
            + "\n\n\\* on the reference machine")


@dataclasses.dataclass(frozen=True)
class Verdict:
    bar: reference.Bar
    ours: float
    # For each judge: its name, the ratio needed, the ratio reached. Empty when the bar is absolute.
    ratios: list

    @property
    def passes(self):
        if self.bar.is_absolute:
            return self.ours <= self.bar.value if self.bar.less_is_better else self.ours >= self.bar.value
        return all(reached >= needed for _, needed, reached in self.ratios)

    def __str__(self):
        if self.bar.is_goal:
            return "reached" if self.passes else "not yet"
        return "pass" if self.passes else "FAIL"


def verdicts(results):
    for bar in reference.BARS:
        column = Column(bar.case, bar.text, bar.measure, "", scale=bar.scale, less_is_better=bar.less_is_better)
        ours = results.value(servers.OURS, column)
        if ours is None:
            continue
        ratios = []
        for judge in [] if bar.is_absolute else reference.JUDGES:
            there, here = reference.PEERS[bar.case].get(judge), results.value(judge, column)
            if there and here:
                needed = times_better(bar.value, there, bar.less_is_better)
                ratios.append((judge, needed, times_better(ours, here, bar.less_is_better)))
        if ratios or bar.is_absolute:
            yield Verdict(bar, ours, ratios)


def bar_table(results):
    rows = []
    for verdict in verdicts(results):
        reached = {judge: f"{got:.2f}× (needs {needed:.2f}×) {'✓' if got >= needed else '✗'}"
                   for judge, needed, got in verdict.ratios}
        ours = f"{verdict.ours:,.0f}" if verdict.ours >= 1000 else f"{verdict.ours:.4g}"
        rows.append([verdict.bar.text, ours] + [reached.get(judge, "–") for judge in reference.JUDGES]
                    + [str(verdict)])
    if not rows:
        return ""
    header = ["bar, on the reference machine", "ours, here"] + [f"÷ {judge}" for judge in reference.JUDGES] + [""]
    return ("### Bars\n\nHow many times better than each peer ours is here, and how many times it needs to be: the bar over "
            "what that\npeer reached on the reference machine. Bytes are held as they are.\n\n" + markdown(header, rows))


def reference_table():
    names = list(dict.fromkeys(name for peers in reference.PEERS.values() for name in peers))
    titles = {"small": "64 B msg/s", "kilobyte": "1 KiB msg/s", "many": "32 connections msg/s", "mebibyte": "1 MiB GB/s",
              "one-core": "one core p50 µs", "deflate": "deflate msg/s"}
    rows = []
    for name in names:
        values = [reference.PEERS[case].get(name) for case in titles]
        rows.append([name] + ["–" if v is None else f"{v:,}" if v >= 1000 else f"{v}" for v in values])
    return "### The peers on the reference machine\n\n" + markdown(["server", *titles.values()], rows)


def noise(results):
    spreads, raw = sorted(results.spreads()), sorted(results.spreads(servers.RAW_TCP))
    if not spreads:
        return "one run of each: nothing is known about noise"
    text = f"the worst run of a cell was {statistics.median(spreads):.0%} below its best (median; at most {spreads[-1]:.0%})"
    return text + (f", raw TCP's {statistics.median(raw):.0%}" if raw else "")
