"""twin.py PORT FILE: the routes that the benchmark uses, as a FastAPI program would have them.

Login with a JWT, a visitor's dialog, an operator's messages stored in SQLite (WAL, synchronous=FULL) and pushed to the
dialog's sockets. Checked like the real one: the token with each call and each socket, the dialog, the text. What the
real one does besides (hand-off, limits, heartbeats, the AI, exactly-once) it leaves out.
"""

import asyncio
import contextlib
import datetime
import json
import secrets
import sqlite3
import sys
import threading
import time

import jwt
import uvicorn
from fastapi import Depends, FastAPI, Header, HTTPException, WebSocket, WebSocketDisconnect
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

SECRET = secrets.token_bytes(32)
app = FastAPI()
rooms: dict[int, set[WebSocket]] = {}
write_lock = threading.Lock()
database = sqlite3.connect(sys.argv[2], check_same_thread=False, isolation_level=None)
database.executescript("""
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE IF NOT EXISTS dialog (
        id INTEGER PRIMARY KEY AUTOINCREMENT, guest_id TEXT UNIQUE, last_message_at INTEGER, last_message_text TEXT);
    CREATE TABLE IF NOT EXISTS message (
        id INTEGER PRIMARY KEY AUTOINCREMENT, dialog_id INTEGER NOT NULL REFERENCES dialog (id), sender TEXT NOT NULL,
        text TEXT NOT NULL, client_id TEXT, created_at INTEGER NOT NULL);
    CREATE INDEX IF NOT EXISTS message_by_dialog ON message (dialog_id, id);
    CREATE UNIQUE INDEX IF NOT EXISTS message_by_client_id ON message (dialog_id, client_id);
""")


class Credentials(BaseModel):
    username: str
    password: str


class NewMessage(BaseModel):
    text: str = Field(min_length=1, max_length=10_000)
    client_id: str | None = Field(default=None, max_length=128)


@app.post("/api/login")
async def log_in(credentials: Credentials):
    expires = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=60)
    claims = {"sub": "1", "email": credentials.username, "type": "access", "exp": expires}
    return {"access_token": jwt.encode(claims, SECRET, algorithm="HS256"), "token_type": "bearer"}


def claims_of(token: str) -> dict:
    try:
        claims = jwt.decode(token, SECRET, algorithms=["HS256"])
    except jwt.PyJWTError:
        raise HTTPException(401, "The token is not valid") from None
    if claims["type"] != "access":
        raise HTTPException(401, "The token is not valid")
    return claims


async def operator(authorization: str = Header()) -> dict:
    return claims_of(authorization.removeprefix("Bearer "))


@app.post("/api/widget/dialogs")
async def open_dialog(assistant_id: int, guest_id: str):
    def work():
        with write_lock:
            database.execute("INSERT OR IGNORE INTO dialog (guest_id) VALUES (?)", (guest_id,))
            return database.execute("SELECT id FROM dialog WHERE guest_id = ?", (guest_id,)).fetchone()[0]

    return {"id": await run_in_threadpool(work)}


def store(dialog: int, message: NewMessage) -> dict | None:
    now = time.time_ns() // 1_000_000
    with write_lock:
        database.execute("BEGIN IMMEDIATE")
        try:
            if database.execute("SELECT 1 FROM dialog WHERE id = ?", (dialog,)).fetchone() is None:
                return None
            cursor = database.execute(
                "INSERT INTO message (dialog_id, sender, text, client_id, created_at) VALUES (?, 'manager', ?, ?, ?)",
                (dialog, message.text, message.client_id, now))
            database.execute("UPDATE dialog SET last_message_at = ?, last_message_text = ? WHERE id = ?",
                             (now, message.text[:400], dialog))
        finally:
            database.execute("COMMIT")
    stamp = datetime.datetime.fromtimestamp(now / 1000, datetime.timezone.utc).isoformat(timespec="milliseconds")
    return {"id": cursor.lastrowid, "sender": "manager", "text": message.text, "client_id": message.client_id,
            "timestamp": stamp.replace("+00:00", "Z")}


@app.post("/api/dialogs/{dialog}/messages")
async def post(dialog: int, message: NewMessage, user: dict = Depends(operator)):
    stored = await run_in_threadpool(store, dialog, message)
    if stored is None:
        raise HTTPException(404, "Dialog not found")
    frame = json.dumps(stored)
    await asyncio.gather(*(socket.send_text(frame) for socket in list(rooms.get(dialog, ()))), return_exceptions=True)
    return stored


@app.websocket("/ws/dialogs/{dialog}")
async def dialog_socket(socket: WebSocket, dialog: int, token: str):
    await socket.accept()
    try:
        claims_of(token)
    except HTTPException:
        await socket.close(4002)
        return
    rooms.setdefault(dialog, set()).add(socket)
    with contextlib.suppress(WebSocketDisconnect):
        while True:
            await socket.receive_text()
    rooms[dialog].discard(socket)


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), backlog=1024, log_level="error", access_log=False,
                ws_per_message_deflate=False, timeout_keep_alive=300)
