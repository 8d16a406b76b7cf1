# Opens many TLS connections to https://app.localhost:PORT, has an answer on each, and keeps them: python3 idle.py PORT ROOT.PEM COUNT PROTOCOL
# Says "open COUNT", and ends them all when a line comes, or standard input ends. PROTOCOL is http/1.1 or h2.
import concurrent.futures
import resource
import socket
import ssl
import sys

PORT, ROOT, COUNT, PROTOCOL = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]
LIMIT = 60

hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
context = ssl.create_default_context(cafile=ROOT)
context.set_alpn_protocols([PROTOCOL])


def http1(connection):
    connection.sendall(b"GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n")
    return connection.recv(4096).startswith(b"HTTP/1.1 200 ")


def frame(kind, flags, stream, payload=b""):
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload


def field(name, value):
    # A literal without indexing (RFC 7541 section 6.2.2).
    return b"\0" + bytes([len(name)]) + name + bytes([len(value)]) + value


HEAD = field(b":method", b"GET") + field(b":scheme", b"https") + field(b":path", b"/") + field(b":authority", b"app.localhost")
BEGIN = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0) + frame(4, 1, 0) + frame(1, 5, 1, HEAD)


def http2(connection):
    connection.sendall(BEGIN)
    status, came = None, b""
    while part := connection.recv(4096):
        came += part
        while len(came) >= 9 and len(came) >= 9 + (length := int.from_bytes(came[:3], "big")):
            kind, flags, stream, payload = came[3], came[4], int.from_bytes(came[5:9], "big"), came[9 : 9 + length]
            came = came[9 + length :]
            if kind == 1:
                status = payload[:1]
            if stream == 1 and flags & 1:
                # ":status: 200" is index 8 of the static table.
                return kind == 0 and status == b"\x88"
    return False


def connect(_):
    connection = context.wrap_socket(socket.create_connection(("127.0.0.1", PORT), LIMIT), server_hostname="app.localhost")
    if not (http2 if PROTOCOL == "h2" else http1)(connection):
        sys.exit("no answer came, or not the right one")
    return connection


with concurrent.futures.ThreadPoolExecutor(8) as pool:
    connections = list(pool.map(connect, range(COUNT)))
print("open", len(connections), flush=True)
sys.stdin.readline()
