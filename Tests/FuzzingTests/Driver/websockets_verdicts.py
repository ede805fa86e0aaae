"""What Python's websockets makes of streams of bytes that follow an opening handshake.

    websockets_verdicts.py STREAMS VERDICTS

STREAMS has a JSON object a line: the role of the end that receives ("server" or "client"), the limit of a message in
bytes, the parameters of permessage-deflate or null, and the bytes in base64. VERDICTS gets one a line: the events, the
code the connection was failed with or null, and the close code and reason once TCP has ended.

The library's Protocol reports frames; its connections join them and decode text. That is done here as they do it,
fragment by fragment.
"""

import base64
import codecs
import json
import sys

from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.frames import Opcode
from websockets.protocol import CLIENT, SERVER, Protocol

NAMES = {Opcode.TEXT: "text", Opcode.BINARY: "binary", Opcode.PING: "ping", Opcode.PONG: "pong"}


class Receiver:
    def __init__(self, stream):
        self.protocol = Protocol(SERVER if stream["role"] == "server" else CLIENT, max_size=stream["limit"])
        deflate = stream["deflate"]
        if deflate is not None:
            self.protocol.extensions = [
                PerMessageDeflate(not deflate["keepsContext"], False, deflate["windowBits"], 15)
            ]
        self.events = []
        self.message = None
        self.failure = None

    def receive(self, data):
        self.protocol.receive_data(data)
        for frame in self.protocol.events_received():
            if self.failure is None:
                self.take(frame)
        if self.failure is None and self.protocol.parser_exc is not None:
            self.failure = self.protocol.close_sent.code

    def take(self, frame):
        if frame.opcode is Opcode.CLOSE:
            return
        if frame.opcode in (Opcode.PING, Opcode.PONG):
            return self.report(NAMES[frame.opcode], frame.data)
        if frame.opcode is not Opcode.CONT:
            self.message = (NAMES[frame.opcode], bytearray(), codecs.getincrementaldecoder("utf-8")())
        name, data, decoder = self.message
        data += frame.data
        if name == "text":
            try:
                decoder.decode(frame.data, frame.fin)
            except UnicodeDecodeError:
                self.failure = 1007
                self.protocol.fail(1007)
                return
        if frame.fin:
            self.report(name, data)

    def report(self, name, data):
        self.events.append({"name": name, "payload": base64.b64encode(data).decode()})

    def verdict(self):
        self.protocol.receive_eof()
        return {
            "events": self.events,
            "failure": self.failure,
            "code": self.protocol.close_code,
            "reason": self.protocol.close_reason,
        }


def main():
    with open(sys.argv[1]) as streams, open(sys.argv[2], "w") as verdicts:
        for line in streams:
            stream = json.loads(line)
            receiver = Receiver(stream)
            # Byte by byte, so that nothing behind a fault is looked at before the fault is known.
            for byte in base64.b64decode(stream["wire"]):
                receiver.receive(bytes([byte]))
            print(json.dumps(receiver.verdict()), file=verdicts)


main()
