# Opens many TLS connections to https://app.localhost:PORT, has an answer on each, and keeps them: python3 idle.py PORT ROOT.PEM COUNT
# Says "open COUNT", and ends them all when a line comes, or standard input ends.
import concurrent.futures
import resource
import socket
import ssl
import sys

PORT, ROOT, COUNT = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
LIMIT = 60

hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
context = ssl.create_default_context(cafile=ROOT)


def connect(_):
    connection = context.wrap_socket(socket.create_connection(("127.0.0.1", PORT), LIMIT), server_hostname="app.localhost")
    connection.sendall(b"GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n")
    answer = connection.recv(4096)
    if not answer.startswith(b"HTTP/1.1 200 "):
        sys.exit(f"instead of an answer there came {answer}")
    return connection


with concurrent.futures.ThreadPoolExecutor(8) as pool:
    connections = list(pool.map(connect, range(COUNT)))
print("open", len(connections), flush=True)
sys.stdin.readline()
