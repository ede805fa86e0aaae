"""The bars, and what the peers reached on the machine that the bars were set on.

The bars are absolute numbers of that machine. On another one they are held as ratios: what ours must reach over a
peer is the bar over what that peer reached there.
"""

import dataclasses

# 2 cores, Debian 12, the same generator: messages a second, GB a second, or microseconds.
PEERS = {
    "small": {"raw TCP": 767_791, "libwebsockets": 287_330, "NIOWebSocket": 296_730, "Boost.Beast": 200_670,
              "node-ws": 200_455, "uvicorn+FastAPI": 82_612, "tungstenite": 626_423, "uWebSockets": 755_809},
    "kilobyte": {"raw TCP": 654_318, "libwebsockets": 233_277, "NIOWebSocket": 181_188, "Boost.Beast": 149_073,
                 "node-ws": 112_381, "uvicorn+FastAPI": 74_028, "tungstenite": 549_229, "uWebSockets": 765_079},
    "many": {"raw TCP": 6_552_965, "libwebsockets": 275_686, "NIOWebSocket": 479_852, "Boost.Beast": 194_214,
             "node-ws": 150_611, "uvicorn+FastAPI": 66_357, "tungstenite": 3_087_819, "uWebSockets": 6_486_875},
    "mebibyte": {"raw TCP": 2.04, "libwebsockets": 1.15, "NIOWebSocket": 0.49, "Boost.Beast": 1.30, "node-ws": 0.36,
                 "uvicorn+FastAPI": 1.23, "tungstenite": 2.00, "uWebSockets": 1.61},
    "one-core": {"raw TCP": 7.3, "libwebsockets": 9.4, "NIOWebSocket": 11.8, "Boost.Beast": 9.9, "node-ws": 11.8,
                 "uvicorn+FastAPI": 22.9, "tungstenite": 10.6, "uWebSockets": 7.5},
    "deflate": {"libwebsockets": 39_619, "Boost.Beast": 18_768, "node-ws": 9_902, "uvicorn+FastAPI": 19_268,
                "uWebSockets": 21_275},
}
# Client and server of the same library.
PAIRS = {
    "tungstenite": {"small": 310_926, "kilobyte": 287_058, "mebibyte": 1.17, "ping-pong": 85},
    "picows-uvloop": {"small": 196_061, "kilobyte": 175_883, "mebibyte": 1.27, "ping-pong": 84},
    "go-gorilla": {"small": 189_109, "kilobyte": 135_205, "mebibyte": 0.33, "ping-pong": 73},
    "Boost.Beast": {"small": 178_686, "kilobyte": 132_574, "mebibyte": 0.67, "ping-pong": 80},
    "node-ws": {"small": 103_732, "kilobyte": 61_945, "mebibyte": 0.15, "ping-pong": 94},
}


@dataclasses.dataclass(frozen=True)
class Bar:
    case: str
    text: str
    value: float
    # A key of the results.
    measure: str
    # Makes the measure's unit the value's.
    scale: float = 1
    less_is_better: bool = False
    # Bytes are the same on every machine.
    is_absolute: bool = False
    # To be reached for, not to be held.
    is_goal: bool = False


BARS = [
    Bar("small", "64 B, 64 in flight: ≥ 330k msg/s", 330_000, "msgs_per_s"),
    Bar("small", "the same, reaching for tungstenite's 626k", 626_423, "msgs_per_s", is_goal=True),
    Bar("many", "32 connections: ≥ 1 M msg/s", 1_000_000, "msgs_per_s"),
    Bar("many", "the same, reaching for tungstenite's 3.1 M", 3_087_819, "msgs_per_s", is_goal=True),
    Bar("mebibyte", "1 MiB binary: ≥ 1.6 GB/s", 1.6, "payload_mb_per_s", scale=1e-3),
    Bar("one-core", "round trip on one core: p50 ≤ 10 µs", 10, "p50_us", less_is_better=True),
    Bar("deflate", "deflate, 1 KiB JSON: ≥ 30k msg/s", 30_000, "msgs_per_s"),
    Bar("deflate", "deflate, on the wire: ≤ 280 B", 280, "wire_in_per_msg", less_is_better=True, is_absolute=True),
    Bar("deflate-memory", "deflate, a used connection: ≤ 50 KB", 50_000, "bytes_per_conn_used", less_is_better=True,
        is_absolute=True),
    Bar("deflate-memory", "the same after 40 messages, its windows full", 50_000, "bytes_per_conn_full",
        less_is_better=True, is_absolute=True, is_goal=True),
    Bar("idle", "an idle connection: ≤ 6 KB", 6_000, "bytes_per_conn", less_is_better=True, is_absolute=True),
]
# The peers that bars are held against; those whose numbers the bars were set by.
JUDGES = ["raw TCP", "libwebsockets", "NIOWebSocket"]
