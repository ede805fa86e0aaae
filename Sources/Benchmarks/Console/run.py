"""run.py METER [--quick] [--out DIR]: the console beside weechat and irssi, measured from outside in one run by tui_meter
(METER is the folder that holds it), as a table of Markdown with the bars that the console has to pass.

Each program has its own kind of server on loopback, with a second receiver that says what that server itself takes.
CHATAI names the console's binary: the static release build unless it says otherwise.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys

from verdict import bars, problems

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
PROGRAM = ROOT / ".build-static" / "release" / "chatai"
SIZE = "80x24"


def measure(meter, out, quick):
    environment = {
        **os.environ,
        "CHATAI": os.environ.get("CHATAI", str(PROGRAM)),
        "CHATAI_REPOSITORY": str(ROOT),
        "PYTHONPATH": os.pathsep.join([str(meter), os.environ.get("PYTHONPATH", "")]),
    }
    scenarios = meter / "tui_meter" / "scenarios"
    command = [sys.executable, "-m", "tui_meter", "run", "--size", SIZE, "--out", str(out)]
    if os.geteuid() == 0:
        command.append("--shield")
    if quick:
        command.append("--quick")
    command += [str(HERE / "scenario.py"), str(scenarios / "weechat.py"), str(scenarios / "irssi.py")]
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    return json.loads((out / "all.json").read_text())


def table(runs):
    """One row a bar, one column a program; the console's own has a mark where the bar is not passed."""
    names = [run["program"] for run in runs]
    yield "| | bar | " + " | ".join(names) + " |"
    yield "|---|---|" + "---|" * len(names)
    for bar in bars():
        cells = []
        for run in runs:
            value = bar.value(run)
            text = "–" if value is None else bar.text(value)
            is_missed = run["program"] == "chatai" and not bar.holds(value)
            cells.append(f"**{text}** (missed)" if is_missed else text)
        yield f"| {bar.title} | {bar.limit_text} | " + " | ".join(cells) + " |"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("meter", type=pathlib.Path)
    parser.add_argument("--quick", action="store_true", help="a fifth of the samples: for a look, not for the README")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / ".build-bench" / "console")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)

    runs = measure(options.meter.resolve(), options.out, options.quick)
    (options.out / "bars.md").write_text("\n".join(table(runs)) + "\n")
    print((options.out / "bars.md").read_text())
    console = next(run for run in runs if run["program"] == "chatai")
    failed = list(problems(console)) + [
        f"{bar.title}: {bar.text(bar.value(console)) if bar.value(console) is not None else 'not measured'},"
        f" the bar is {bar.limit_text}"
        for bar in bars()
        if not bar.holds(bar.value(console))
    ]
    other = console.get("events_1000", {}).get("other_cpu_pct")
    print(f"Others took {other} % of the processor meanwhile; the whole table is in {options.out}/table.md.")
    for line in failed:
        print("MISSED:", line)
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
