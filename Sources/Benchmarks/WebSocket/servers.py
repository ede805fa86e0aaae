"""The echo servers that are measured: how each is built, started and ended."""

import contextlib
import dataclasses
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
PEERS = pathlib.Path(__file__).resolve().parent / "peers"
BUILD = ROOT / ".build-bench"
SWIFT_BUILD = ROOT / ".build" / "release"
VENV = BUILD / "venv"
# Where Debian's node-ws is.
NODE_MODULES = "/usr/share/nodejs"
SHARED_WSLOAD = ROOT.parent / "shared" / "tools" / "wsload" / "wsload.c"

STARTUP_SECONDS = 20


class SetupError(Exception):
    """Something is missing or does not build; the text says what to do."""


@dataclasses.dataclass(frozen=True)
class Server:
    name: str
    # With `{port}` for the port.
    command: list
    # Builds what is missing.
    build: object
    # What to say it is.
    version: object
    is_swift: bool = False
    is_websocket: bool = True
    has_deflate: bool = True
    environment: dict = dataclasses.field(default_factory=dict)


# MARK: Building


def run_tool(command, hint):
    """What COMMAND prints. HINT says what to install when there is no such program."""
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    except FileNotFoundError:
        raise SetupError(f"{command[0]} is missing: install {hint}") from None
    if done.returncode:
        raise SetupError(f"{' '.join(map(str, command))} failed (is {hint} there?):\n{done.stdout}{done.stderr}")
    return done.stdout


def compile_c(source, target, *options, compiler="gcc", hint="gcc"):
    if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
        return
    print(f"compiling {source.name}", file=sys.stderr)
    BUILD.mkdir(exist_ok=True)
    run_tool([compiler, "-O2", "-o", target, source, *options], hint)


def build_swift(product):
    print(f"building {product}", file=sys.stderr)
    run_tool(["swift", "build", "--no-color-diagnostics", "-c", "release", "--product", product], "Swift 6.3")


def build_tcp():
    compile_c(PEERS / "echo_tcp.c", BUILD / "echo_tcp")


def build_lws():
    flags = run_tool(["pkg-config", "--cflags", "--libs", "libwebsockets"], "libwebsockets-dev and pkg-config").split()
    compile_c(PEERS / "echo_lws.c", BUILD / "echo_lws", *flags, hint="libwebsockets-dev")


def build_beast():
    compile_c(PEERS / "echo_beast.cpp", BUILD / "echo_beast", "-std=c++17", "-pthread", compiler="g++",
              hint="g++ and libboost-dev")


def build_node():
    if not shutil.which("node") or not os.path.exists(f"{NODE_MODULES}/ws/package.json"):
        raise SetupError("node or its module ws is missing: install nodejs and node-ws")


def build_fastapi():
    if (VENV / "ready").exists():
        return
    print("installing uvicorn and FastAPI", file=sys.stderr)
    BUILD.mkdir(exist_ok=True)
    run_tool([sys.executable, "-m", "venv", VENV], "python3-venv")
    run_tool([VENV / "bin" / "pip", "install", "--quiet", "uvicorn[standard]", "fastapi"], "a network for PyPI")
    (VENV / "ready").touch()


def build_wsload():
    compile_c(SHARED_WSLOAD, BUILD / "wsload", "-ftree-vectorize", "-std=gnu11", "-lz", hint="gcc and zlib1g-dev")


# MARK: Versions, for the reader of the table


def boost_version():
    macros = run_tool(["g++", "-E", "-dM", "-include", "boost/version.hpp", "-x", "c++", "/dev/null"], "libboost-dev")
    return re.search(r'BOOST_LIB_VERSION "([^"]+)"', macros)[1].replace("_", ".")


def node_version():
    package = json.loads(pathlib.Path(NODE_MODULES, "ws", "package.json").read_text())
    return f"{package['version']} on node {run_tool(['node', '--version'], 'nodejs').strip()}"


def fastapi_version():
    wanted = ["fastapi", "uvicorn", "uvloop", "websockets"]
    code = f"import importlib.metadata as m; print(', '.join(f'{{n}} {{m.version(n)}}' for n in {wanted}))"
    return run_tool([VENV / "bin" / "python", "-c", code], "the venv").strip()


def nio_version():
    pins = json.loads((ROOT / "Package.resolved").read_text())["pins"]
    return next(pin["state"]["version"] for pin in pins if pin["identity"] == "swift-nio")


OURS = "ours"
RAW_TCP = "raw TCP"

SERVERS = [
    Server(OURS, [SWIFT_BUILD / "websocket-testee", "server", "--port", "{port}"],
           lambda: build_swift("websocket-testee"), lambda: "websocket-testee server", is_swift=True),
    Server("libwebsockets", [BUILD / "echo_lws", "{port}"], build_lws,
           lambda: run_tool(["pkg-config", "--modversion", "libwebsockets"], "pkg-config").strip(" -\n")),
    Server("Boost.Beast", [BUILD / "echo_beast", "{port}"], build_beast, boost_version),
    Server("NIOWebSocket", [SWIFT_BUILD / "nio-echo", "{port}"], lambda: build_swift("nio-echo"), nio_version,
           is_swift=True, has_deflate=False),
    Server("node-ws", ["node", PEERS / "echo_ws.js", "{port}"], build_node, node_version,
           environment={"NODE_PATH": NODE_MODULES}),
    Server("uvicorn+FastAPI", [VENV / "bin" / "python", PEERS / "echo_fastapi.py", "{port}"], build_fastapi,
           fastapi_version),
    Server(RAW_TCP, [BUILD / "echo_tcp", "{port}"], build_tcp, lambda: "echo_tcp.c", is_websocket=False,
           has_deflate=False),
]


# MARK: Running


def pinned(core):
    """What a child does before it starts: keep to one core."""
    return lambda: os.sched_setaffinity(0, {core})


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def running(server, core):
    """Runs SERVER on CORE; gives its process and its port, and ends it."""
    port = free_port()
    command = [str(part).format(port=port) for part in server.command]
    log = BUILD / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=BUILD,
                                   env=os.environ | server.environment, preexec_fn=pinned(core))
    try:
        wait_until_listening(server, process, port, log)
        yield process, port
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until_listening(server, process, port, log):
    deadline = time.monotonic() + STARTUP_SECONDS
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        if process.poll() is not None or time.monotonic() > deadline:
            raise SetupError(f"{server.name} does not listen:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.02)
