"""What must hold of the console whatever the machine: `verdict.py all.json`, the result of tui_meter with scenario.py.

Times are printed and not judged: they are the machine's as well.
"""

import json
import sys


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
