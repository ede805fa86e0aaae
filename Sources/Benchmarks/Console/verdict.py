"""What must hold of the console whatever the machine: `verdict.py all.json`, the result of tui_meter with scenario.py.

Times are printed and not judged: they are the machine's as well.
"""

import dataclasses
import json
import sys
import typing


@dataclasses.dataclass
class Bar:
    """Something that the console has to be no more than."""

    title: str
    limit: float
    unit: str
    #: Where it is in the result of a run; None where it was not measured.
    value: typing.Callable[[dict], float | None]
    digits: int = 2

    def holds(self, value):
        return value is not None and value <= self.limit

    def text(self, value):
        number = f"{value:,.{self.digits}f}"
        return (number.rstrip("0").rstrip(".") if "." in number else number) + (f" {self.unit}" if self.unit else "")

    @property
    def limit_text(self):
        return "0" if self.limit == 0 else "≤ " + self.text(self.limit)


def at(*path):
    """The value at a path of names; None where there is none."""

    def look(run):
        for name in path:
            run = run.get(name) if isinstance(run, dict) else None
        return run

    return look


def of_both(choose, name):
    """A value of the two rests, before and after the messages."""

    def look(run):
        values = [value for rest in ("idle", "idle_after") if (value := at(rest, name)(run)) is not None]
        return choose(values) if values else None

    return look


def bars():
    resident = at("memory", "after_messages", "rss_kb")
    injected = at("hostile", "injected_sequences")
    return [
        Bar("first paint after exec, median", 10, "ms", at("startup", "summary", "first_byte", "median"), 1),
        Bar("memory (RSS) after 20,000 messages", 20, "MB", lambda run: resident(run) and resident(run) / 1024, 1),
        # The clock in the status bar moves once a minute, which may fall into one of the two.
        Bar("at rest: bytes written", 0, "", of_both(min, "bytes"), 0),
        Bar("at rest: wake-ups a second", 1, "", of_both(max, "wakeups_per_s")),
        Bar("at rest: processor", 0.02, "%", of_both(max, "cpu_pct"), 3),
        Bar("key to screen, p99, at rest", 0.5, "ms", at("keys_idle", "latency_ms", "p99")),
        Bar("key to screen, p99, 1,000 messages a second", 2, "ms", at("keys_flood_1000", "latency_ms", "p99")),
        Bar("message to screen, p99, 100 a second", 2, "ms", at("events_100", "latency_ms", "p99")),
        Bar("message to screen, p99, 1,000 a second", 5, "ms", at("events_1000", "latency_ms", "p99")),
        Bar("… of these never on the screen", 0, "", at("events_1000", "latency_ms", "missing"), 0),
        Bar("bytes to the terminal for a key", 8, "", at("keys_idle", "bytes_per"), 1),
        Bar("bytes to the terminal for a message", 250, "", at("events_1", "bytes_per"), 0),
        Bar("hostile messages that got through", 0, "", lambda run: None if injected(run) is None else len(injected(run)), 0),
        Bar("wrong rows after 100 changes of size", 0, "", at("resize_storm", "redraw", "rows_different"), 0),
    ]



def problems(run):
    storm, hostile = run.get("resize_storm", {}), run.get("hostile", {})
    yield from (f"step {name}: {step['error']}" for name, step in run.items() if isinstance(step, dict) and "error" in step)
    if not run.get("alive_at_end"):
        yield "the console did not live to the end"
    if hostile.get("payloads", 0) < 50 or hostile.get("injected_sequences"):
        yield f"hostile messages: {hostile.get('payloads', 0)} sent, injected: {hostile.get('injected_sequences')}"
    if hostile.get("screen_wrong"):
        yield f"the screen was wrong after {hostile['screen_wrong']}"
    if storm.get("redraw", {}).get("rows_different") != 0 or not storm.get("input_works"):
        yield f"after the resize storm: {storm}"
    if run.get("audit", {}).get("alerts", True):
        yield f"control functions that do not belong there: {run.get('audit')}"
    # The waiting times grow by a minute once a minute, which may fall into the measured seconds.
    if run.get("idle_after", {}).get("bursts", 0) > 1:
        yield f"writes at rest: {run['idle_after']['bytes']} bytes in {run['idle_after']['bursts']} bursts"


def main():
    failed = False
    for run in json.load(open(sys.argv[1])):
        found = list(problems(run))
        failed = failed or bool(found)
        key, event = (run.get(step, {}).get("latency_ms", {}).get("p99") for step in ("keys_idle", "events_100"))
        print(f"{run['program']} {run['size']}: key p99 {key} ms, event p99 {event} ms, "
              f"{run.get('idle', {}).get('wakeups_per_s')} wake-ups/s; " + ("; ".join(found) or "sound"))
    sys.exit(failed)


if __name__ == "__main__":
    main()
