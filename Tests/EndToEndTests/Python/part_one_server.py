#!/usr/bin/env python3
"""A ChatAI server that has part 1 of the contract and nothing else, with the oddities seen in the field.

The console must be fully usable against it. It keeps everything in memory, serves one operator
(`op@example.com` / `secret`), and is steered by the test through /control.

Oddities, on purpose:
- no /api/capabilities (404), no client_id, the whole history at each GET (unless a scenario offers them)
- timestamps in four shapes, hand-off fields missing in GET /dialogs/{id}
- operator text is HTML-escaped on the way in; messages come direct and wrapped in turn
- the socket echo is sent before the POST's answer; the author gets it too
- POST /api/operator/heartbeat fails with a 500 that is not JSON
- no hand-off events on the sockets

    part_one_server.py PORT        prints "ready PORT" when it listens
    POST /control/say?dialog=1&sender=user     stores the body as a message and pushes it
    POST /control/store?dialog=1&sender=user   stores the body as a message and does not push it
    POST /control/raw?dialog=1                 pushes the body as one text frame
    POST /control/drop                         ends every socket without a Close frame
    POST /control/refuse?how=accept|status|close&code=4003   what the next sockets get
    POST /control/expire                       ends the access token; from here on a refresh token is good once
    GET  /control/refreshes                    how often a token was renewed, and how often one was used twice
    POST /control/reset                        the world becomes the one in the body: {"features", "plain", "account",
                                               "dialogs": [{"id", "state", "messages": [{"sender", "minutes", "text"}], ...}]}
    POST /control/begin                        a dialog more, as one of those
    POST /control/handoff?dialog=1&state=active&tells=1      a hand-off, with the manager as {"id", "name"} in the body
    POST /control/down, /control/up            every call and socket is cut off, until it is up again
    GET  /control/stored?dialog=1              the texts of the operators' messages
"""

import argparse
import asyncio
import html
import json
import sys
from datetime import datetime, timedelta, timezone

from aiohttp import WSMsgType, web

NOW = datetime.now(timezone.utc)


class World:
    def __init__(self):
        self.next_id = 1
        self.messages = {}
        self.dialogs = {}
        self.sockets = {}
        self.refusal = ("accept", 0)
        self.access, self.refresh, self.rotates = "access", "refresh", False
        self.refreshes, self.reuses = 0, 0
        self.is_up = True
        # What a scenario offers beside part 1, and whether operator text stays as it is.
        self.features = None
        self.is_plain = False
        self.account = {"id": 1, "email": "op@example.com", "role": "admin", "first_name": "Olga"}
        for number, (name, status) in enumerate(
            [("Ana Petrova", "requested"), ("Li Wei", "active"), (None, "none"), ("Ivan", "released")], start=1
        ):
            self.dialogs[number] = {
                "id": number, "user_id": 1, "channel_type": "web", "guest_id": f"guest-{number}", "name": name,
                "handoff_status": status, "is_taken_over": int(status == "active"), "auto_response": 1,
                "assigned_manager_id": 1 if status == "active" else None,
                "started_at": stamp(NOW - timedelta(hours=number), number),
            }
            self.messages[number] = []
            self.add(number, "user", f"Hello from {name or 'a guest'}", NOW - timedelta(hours=number))
            self.add(number, "assistant", "How can I help?", NOW - timedelta(minutes=50 * number))
        self.dialogs[1]["handoff_requested_at"] = stamp(NOW - timedelta(minutes=3), 0)
        self.dialogs[1]["handoff_reason"] = "asked for a person"

    def reset(self, script):
        """The world of a scenario."""
        self.features, self.is_plain = script.get("features"), script.get("plain", True)
        self.account = script.get("account", self.account)
        self.messages, self.dialogs = {}, {}
        for entry in script["dialogs"]:
            self.begin(entry)

    def begin(self, entry):
        now, number, state = datetime.now(timezone.utc), entry["id"], entry["state"]
        ago = stamp(now - timedelta(minutes=entry.get("minutes", 0)), 0)
        manager = entry.get("manager")
        self.dialogs[number] = {
            "id": number, "user_id": 1, "channel_type": "web", "guest_id": entry.get("guest"),
            "name": entry.get("name"), "handoff_status": state, "is_taken_over": int(state == "active"),
            "auto_response": 1, "assigned_manager_id": manager, "handoff_reason": entry.get("reason"),
            "started_at": ago, "handoff_requested_at": ago if state == "requested" else None,
            "handoff_started_at": ago if state == "active" else None,
        }
        self.messages[number] = []
        for message in entry["messages"]:
            self.add(number, message["sender"], message["text"], now - timedelta(minutes=message["minutes"]))

    def add(self, dialog, sender, text, when=None):
        """Store a message; its timestamp's shape and its id's type change from one to the next."""
        when = when or datetime.now(timezone.utc)
        number, self.next_id = self.next_id, self.next_id + 1
        message = {"id": number, "sender": sender, "text": text, "timestamp": stamp(when, number)}
        self.messages[dialog].append(message)
        self.dialogs[dialog]["last_message_at"] = message["timestamp"]
        self.dialogs[dialog]["last_message_text"] = text
        return message

    async def push(self, dialog, text):
        for socket in list(self.sockets.get(dialog, ())):
            if not socket.closed:
                await socket.send_str(text)

    async def push_message(self, dialog, message):
        frame = {"message": message} if message["id"] % 2 else message
        await self.push(dialog, json.dumps(frame))


def stamp(when, shape):
    when = when.astimezone(timezone.utc).replace(tzinfo=None)
    return [
        when.strftime("%Y-%m-%dT%H:%M:%SZ"),
        when.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        when.strftime("%Y-%m-%dT%H:%M:%S.%f"),
        when.strftime("%Y-%m-%d %H:%M:%S"),
    ][shape % 4]


world = World()
routes = web.RouteTableDef()


def authorized(request):
    return world.access and request.headers.get("Authorization") == f"Bearer {world.access}"


def guarded(handler):
    async def wrapped(request):
        if not authorized(request):
            return web.json_response({"detail": "Not authenticated"}, status=401)
        return await handler(request)

    return wrapped


@routes.post("/api/login")
async def login(request):
    form = await request.post()
    if (form.get("username"), form.get("password")) != ("op@example.com", "secret"):
        return web.json_response({"detail": {"error": "bad_credentials", "message": "Wrong password"}}, status=401)
    return web.json_response({"access_token": world.access, "refresh_token": world.refresh, "token_type": "bearer"})


@routes.post("/api/refresh-token")
async def refresh(request):
    if not world.rotates:
        return web.json_response({"access_token": world.access, "token_type": "bearer"})
    body = await request.json()
    # Slow, so that several programs have the time to ask at once.
    await asyncio.sleep(0.3)
    if body.get("refresh_token") != world.refresh:
        # Somebody has it from where it should not be: the whole login ends.
        world.reuses += 1
        world.access = world.refresh = None
        return web.json_response({"detail": "used twice"}, status=401)
    world.refreshes += 1
    world.access, world.refresh = f"access-{world.refreshes}", f"refresh-{world.refreshes}"
    return web.json_response(
        {"access_token": world.access, "refresh_token": world.refresh, "token_type": "bearer"})


@routes.get("/api/me")
@guarded
async def me(request):
    return web.json_response(world.account)


@routes.get("/api/capabilities")
async def capabilities(request):
    if world.features is None:
        return web.json_response({"detail": "Not Found"}, status=404)
    return web.json_response({"protocol": 2, "features": world.features})


@routes.get("/api/dialogs")
@guarded
async def dialogs(request):
    items = sorted(world.dialogs.values(), key=lambda d: -d["id"])
    page, limit = int(request.query.get("page", 1)), int(request.query.get("limit", 100))
    return web.json_response({
        "items": items[(page - 1) * limit:page * limit], "total": len(items), "page": page,
        "pages": -(-len(items) // limit), "limit": limit})


@routes.get(r"/api/dialogs/{id:\d+}")
@guarded
async def dialog(request):
    entry = world.dialogs[int(request.match_info["id"])]
    return web.json_response({k: v for k, v in entry.items() if not k.startswith("handoff")})


@routes.get(r"/api/dialogs/{id:\d+}/messages")
@guarded
async def messages(request):
    found, after = world.messages[int(request.match_info["id"])], request.query.get("after")
    if world.features and "paging" in world.features and after is not None:
        found = [m for m in found if m["id"] > int(after)]
    return web.json_response(found)


@routes.post(r"/api/dialogs/{id:\d+}/messages")
@guarded
async def post_message(request):
    number, body = int(request.match_info["id"]), await request.json()
    if not body.get("text"):
        return web.json_response({"detail": [{"loc": ["body", "text"], "msg": "field required"}]}, status=422)
    client = body.get("client_id") if world.features and "client-id" in world.features else None
    known = next((m for m in world.messages[number] if client and m.get("client_id") == client), None)
    if known:
        return web.json_response({**known, "duplicate": True})
    message = world.add(number, "manager", body["text"] if world.is_plain else html.escape(body["text"]))
    if client:
        message["client_id"] = client
    await world.push_message(number, message)
    await asyncio.sleep(0.05)
    return web.json_response(message)


@routes.post(r"/api/dialogs/{id:\d+}/handoff/{verb:takeover|release|cancel|request}")
@guarded
async def handoff(request):
    entry, verb = world.dialogs[int(request.match_info["id"])], request.match_info["verb"]
    allowed = {"takeover": ("requested", "none", "released"), "release": ("active",), "cancel": ("requested",),
               "request": ("none", "released", "cancelled")}
    if entry["handoff_status"] not in allowed[verb]:
        return web.json_response({"detail": f"Cannot {verb} a dialog that is {entry['handoff_status']}"}, status=409)
    entry["handoff_status"] = {"takeover": "active", "release": "released", "cancel": "cancelled",
                               "request": "requested"}[verb]
    entry["assigned_manager_id"] = world.account["id"] if verb == "takeover" else None
    if verb == "request":
        entry["handoff_requested_at"] = stamp(datetime.now(timezone.utc), 0)
    entry["is_taken_over"] = int(verb == "takeover")
    return web.json_response({"status": entry["handoff_status"]})


@routes.get("/api/operator/queue")
@guarded
async def queue(request):
    return web.json_response([
        {"dialog_id": d["id"], "requested_at": d.get("handoff_requested_at"), "reason": d.get("handoff_reason"),
         "last_user_text": d["last_message_text"], "wait_time_minutes": 3, "priority": "normal"}
        for d in world.dialogs.values() if d["handoff_status"] == "requested"])


@routes.get("/api/operator/my-dialogs")
@guarded
async def my_dialogs(request):
    mine = world.account["id"]
    return web.json_response([d for d in world.dialogs.values() if d.get("assigned_manager_id") == mine])


@routes.post("/api/operator/heartbeat")
async def heartbeat(request):
    return web.Response(status=500, text="<html>Internal Server Error</html>")


@routes.get(r"/ws/dialogs/{id:\d+}")
async def socket(request):
    number = int(request.match_info["id"])
    how, code = world.refusal
    if how == "status":
        return web.Response(status=code)
    ws = web.WebSocketResponse()
    await ws.prepare(request)
    if how == "close":
        await asyncio.sleep(0.005)
        await ws.close(code=code)
        return ws
    if request.query.get("token") != world.access:
        await ws.close(code=4002)
        return ws
    world.sockets.setdefault(number, set()).add(ws)
    heart = asyncio.create_task(beat(ws))
    try:
        async for message in ws:
            if message.type == WSMsgType.ERROR:
                break
    finally:
        heart.cancel()
        world.sockets[number].discard(ws)
    return ws


async def beat(ws):
    while not ws.closed:
        await asyncio.sleep(25)
        await ws.send_str("__ping__")


@routes.post("/control/{verb:say|store}")
async def control_say(request):
    number = int(request.query["dialog"])
    message = world.add(number, request.query.get("sender", "user"), await request.text())
    if request.match_info["verb"] == "say":
        await world.push_message(number, message)
    return web.json_response(message)


@routes.post("/control/raw")
async def control_raw(request):
    await world.push(int(request.query["dialog"]), await request.text())
    return web.Response()


@routes.post("/control/drop")
async def control_drop(request):
    for sockets in world.sockets.values():
        for ws in list(sockets):
            ws._req.transport.abort()
    return web.Response()


@routes.post("/control/refuse")
async def control_refuse(request):
    world.refusal = (request.query["how"], int(request.query.get("code", 0)))
    return web.Response()


@routes.post("/control/reset")
async def control_reset(request):
    world.reset(await request.json())
    return web.Response()


@routes.post("/control/begin")
async def control_begin(request):
    world.begin(await request.json())
    return web.Response()


@routes.post("/control/handoff")
async def control_handoff(request):
    number, state = int(request.query["dialog"]), request.query["state"]
    body = await request.text()
    manager = json.loads(body) if body else None
    entry = world.dialogs[number]
    entry["handoff_status"], entry["is_taken_over"] = state, int(state == "active")
    entry["assigned_manager_id"] = manager["id"] if manager else None
    if state == "requested":
        entry["handoff_requested_at"] = stamp(datetime.now(timezone.utc), 0)
    if request.query.get("tells") == "1":
        name = "started" if state == "active" else state
        event = {"type": f"handoff_{name}", "dialog_id": number}
        await world.push(number, json.dumps({**event, "manager": manager} if manager else event))
    return web.Response()


@routes.post("/control/{verb:down|up}")
async def control_power(request):
    world.is_up = request.match_info["verb"] == "up"
    if not world.is_up:
        await control_drop(request)
    return web.Response()


@routes.get("/control/stored")
async def control_stored(request):
    found = world.messages[int(request.query["dialog"])]
    return web.json_response([m["text"] for m in found if m["sender"] == "manager"])


@web.middleware
async def power(request, handler):
    """A server that is down cuts off everybody but the test."""
    if not world.is_up and not request.path.startswith("/control/"):
        request.transport.abort()
        return web.Response(status=503)
    return await handler(request)


@routes.post("/control/expire")
async def control_expire(request):
    world.access, world.rotates = None, True
    return web.Response()


@routes.get("/control/refreshes")
async def control_refreshes(request):
    return web.json_response([world.refreshes, world.reuses])


async def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("port", type=int)
    port = parser.parse_args().port
    app = web.Application(client_max_size=16 << 20, middlewares=[power])
    app.add_routes(routes)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    print("ready", site._server.sockets[0].getsockname()[1], flush=True)
    # The test holds our stdin open: its end is our end, so that no server is left behind.
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await reader.read()
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main())
