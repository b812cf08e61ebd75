#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""rogue.py SOCKET GENERATED NAME: an extension that registers a table as it
should and answers its calls as it should not: with garbage, with half an answer,
with a list of two thousand million rows, without end, with other columns, with
rows that are none, late, or not at all. A part of storm_test.py."""
import os
import random
import socket
import struct
import sys
import threading
import time

core, generated, name = sys.argv[1:]
sys.path += [generated, "/usr/lib/python3/dist-packages"]

from osquery.extensions import Extension, ExtensionManager  # pylint: disable=wrong-import-position
from osquery.extensions.ttypes import ExtensionResponse, ExtensionStatus, InternalExtensionInfo  # pylint: disable=wrong-import-position
from thrift.protocol.TBinaryProtocol import TBinaryProtocol  # pylint: disable=wrong-import-position
from thrift.transport.TSocket import TSocket  # pylint: disable=wrong-import-position
from thrift.transport.TTransport import TBufferedTransport, TMemoryBuffer  # pylint: disable=wrong-import-position
from thrift.Thrift import TMessageType  # pylint: disable=wrong-import-position


def reply(sequence, response):
    """The bytes of a good answer."""
    buffer = TMemoryBuffer()
    protocol = TBinaryProtocol(buffer)
    protocol.writeMessageBegin("call", TMessageType.REPLY, sequence)
    Extension.call_result(success=ExtensionResponse(ExtensionStatus(0, "OK", 0), response)).write(protocol)
    protocol.writeMessageEnd()
    return buffer.getvalue()


def misbehave(peer, sequence):
    rows = [{"number": str(i), "square": str(i * i), "text": f"row {i}"} for i in range(100)]
    good = reply(sequence, rows)
    chance = random.random()
    if chance < 0.3:
        peer.sendall(good)
    elif chance < 0.4:
        peer.sendall(os.urandom(random.randrange(1, 5000)))
        return False
    elif chance < 0.5:
        peer.sendall(good[:random.randrange(len(good))])
        return False
    elif chance < 0.6:  # result, status with code, list of maps: 2^31 - 1 of them
        peer.sendall(struct.pack(">iI4sib h", -2147418110, 4, b"call", sequence, 12, 0)[:17] + struct.pack(">bhbhib", 12, 0, 12, 1, 0, 0)
                     + struct.pack(">bhbi", 15, 2, 13, 2**31 - 1))
        return False
    elif chance < 0.7:  # a text that never ends
        peer.sendall(good[:40])
        for _ in range(20000):
            peer.sendall(b"x" * 65536)
        return False
    elif chance < 0.8:
        peer.sendall(reply(sequence, [{"other": "1", "number": "not a number", "square": "99999999999999999999"}, {}, {"text": "\x00\x01"}]))
    elif chance < 0.85:
        peer.sendall(reply(sequence + 1, rows))
    elif chance < 0.9:
        time.sleep(random.random())
        peer.sendall(good)
    elif chance < 0.95:
        time.sleep(60)
    else:
        os._exit(5)
    return True


def serve(peer):
    transport = TBufferedTransport(TSocket(socket_family=socket.AF_UNIX))
    transport._TBufferedTransport__trans.setHandle(peer)  # pylint: disable=protected-access
    protocol = TBinaryProtocol(transport)
    try:
        while True:
            method, _, sequence = protocol.readMessageBegin()
            arguments = getattr(Extension, f"{method}_args")()
            arguments.read(protocol)
            protocol.readMessageEnd()
            if method == "ping":
                protocol.writeMessageBegin("ping", TMessageType.REPLY, sequence)
                Extension.ping_result(success=ExtensionStatus(0, "pong", uuid)).write(protocol)
                protocol.writeMessageEnd()
                transport.flush()
            elif method == "shutdown" or not misbehave(peer, sequence):
                break
    except Exception:  # pylint: disable=broad-except
        pass
    peer.close()


transport_to_core = TBufferedTransport(TSocket(unix_socket=core))
transport_to_core.open()
columns = [{"id": "column", "name": column, "type": kind, "op": "0"} for column, kind in (("number", "BIGINT"), ("square", "BIGINT"), ("text", "TEXT"))]
status = ExtensionManager.Client(TBinaryProtocol(transport_to_core)).registerExtension(InternalExtensionInfo(name, "1.0", "5.0.0", "0.0.0"),
                                                                                       {"table": {name: columns}})
if status.code != 0:
    sys.exit(f"{name}: {status.message}")
uuid = status.uuid
transport_to_core.close()
server = socket.socket(socket.AF_UNIX)
server.bind(f"{core}.{uuid}")
server.listen(64)
while True:
    threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()
