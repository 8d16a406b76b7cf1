# Speaks HTTP/2 to https://app.localhost:PORT as httpx does, and with h2 itself where httpx has no words: python3 http2.py PORT ROOT.PEM
import asyncio
import hashlib
import socket
import ssl
import sys

import h2.config
import h2.connection
import h2.events
import httpx

PORT, ROOT = int(sys.argv[1]), sys.argv[2]
URL = f"https://app.localhost:{PORT}"
LIMIT = 30


def context():
    return ssl.create_default_context(cafile=ROOT)


async def parts(content):
    for start in range(0, len(content), 10_000):
        yield content[start : start + 10_000]


async def many():
    async with httpx.AsyncClient(http1=False, http2=True, verify=context(), timeout=LIMIT) as client:
        answers = await asyncio.gather(*(client.get(f"{URL}/number/{i}") for i in range(200)))
        right = sum(answer.text == f"/number/{i}" for i, answer in enumerate(answers))
        streams = {answer.extensions["stream_id"] for answer in answers}
        print("answers", right, "protocol", *{answer.http_version for answer in answers}, "streams of one connection", len(streams))

        content = bytes(range(256)) * 12_000
        up = await client.post(f"{URL}/hash", content=parts(content))
        print("upload", up.text == hashlib.sha256(content).hexdigest())
        async with client.stream("GET", f"{URL}/large") as down:
            size = 0
            async for part in down.aiter_bytes():
                size += len(part)
        print("download", size)
        async with client.stream("GET", f"{URL}/large") as left:
            async for _ in left.aiter_bytes():
                break
        print("after leaving one:", (await client.get(f"{URL}/still")).text)


def trailers():
    tls = context()
    tls.set_alpn_protocols(["h2"])
    connection = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
    with tls.wrap_socket(socket.create_connection(("127.0.0.1", PORT), LIMIT), server_hostname="app.localhost") as wire:
        connection.initiate_connection()
        head = [(":method", "POST"), (":scheme", "https"), (":authority", f"app.localhost:{PORT}"), (":path", "/trailers")]
        connection.send_headers(1, head)
        connection.send_data(1, b"hello")
        connection.send_headers(1, [("x-up", "yes")], end_stream=True)
        body, last, ended = b"", None, False
        while not ended:
            wire.sendall(connection.data_to_send())
            for event in connection.receive_data(wire.recv(65536)):
                if isinstance(event, h2.events.DataReceived):
                    body += event.data
                elif isinstance(event, h2.events.TrailersReceived):
                    last = dict(event.headers)
                ended = ended or isinstance(event, h2.events.StreamEnded)
        print("body", body.decode(), "trailer", last["x-down"])


asyncio.run(many())
trailers()
