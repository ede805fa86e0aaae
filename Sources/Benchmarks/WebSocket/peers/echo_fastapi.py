"""echo_fastapi.py PORT: an echo server on FastAPI, under uvicorn as `uvicorn[standard]` installs it (uvloop, httptools).

Without keepalive pings, which the other servers do not send by themselves either.
"""

import sys

import uvicorn
from fastapi import FastAPI, WebSocket

app = FastAPI()


@app.websocket("/")
async def echo(socket: WebSocket) -> None:
    await socket.accept()
    while (message := await socket.receive())["type"] == "websocket.receive":
        if (text := message.get("text")) is not None:
            await socket.send_text(text)
        else:
            await socket.send_bytes(message["bytes"])


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), backlog=1024, log_level="error", access_log=False,
                ws_max_size=64 << 20, ws_ping_interval=None)
