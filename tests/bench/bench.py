#!/usr/bin/env python3
"""Measures locald beside the proxies that are installed, all on the same work in one run.

What is compared is the server's own CPU time per unit of work (utime + stime of its processes, from /proc):
rates and latencies drift on a shared machine, work done per unit hardly does. Servers run on one core, clients and the
upstream on another; rounds are interleaved (A B C, A B C) and the figure is the median over the rounds.

    bench.py --locald FILE [--rounds N] [--cases h1,h2,handshake,down,up]
"""
import argparse
import multiprocessing
import os
import re
import shutil
import signal
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import time

HOST = "localhost"  # the one name that every resolver knows
TICK = os.sysconf("SC_CLK_TCK")
SERVER_CORE, CLIENT_CORE = ("0", "1") if (os.cpu_count() or 1) > 1 else ("0", "0")
BULK = 256  # MiB a transfer
HANDSHAKES = 1000
SECONDS = 4  # of requests
STREAMS = 40_000  # requests over HTTP/2, on 8 connections, 16 at a time on each

NGINX = """
daemon off; worker_processes 1; error_log stderr crit; pid {dir}/{name}.pid;
events {{ worker_connections 1024; }}
http {{
  access_log off; default_type text/plain; keepalive_requests 1000000; client_max_body_size 0;
  client_body_temp_path {dir}/{name}-body; proxy_temp_path {dir}/{name}-proxy; fastcgi_temp_path {dir}/x1; uwsgi_temp_path {dir}/x2; scgi_temp_path {dir}/x3;
  {body}
}}
"""
NGINX_UPSTREAM = """
server {{ listen 127.0.0.1:{port}; sendfile on;
  location / {{ return 200 "hello, world\\n"; }}
  location /down {{ root {dir}; }} }}
"""
NGINX_PROXY = """
upstream app {{ server 127.0.0.1:{upstream}; keepalive 64; }} upstream sink {{ server 127.0.0.1:{sink}; }}
server {{ listen 127.0.0.1:{port} ssl http2; ssl_certificate {dir}/cert.pem; ssl_certificate_key {dir}/key.pem;
  proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $http_host; proxy_request_buffering off; proxy_buffering on; proxy_max_temp_file_size 0;
  location / {{ proxy_pass http://app; }} location /up {{ proxy_pass http://sink; }} }}
"""
HAPROXY = """
global
  nbthread 1
  maxconn 1000
defaults
  mode http
  timeout client 60s
  timeout server 60s
  timeout connect 5s
frontend f
  bind 127.0.0.1:{port} ssl crt {dir}/both.pem alpn h2,http/1.1
  use_backend sink if {{ path_beg /up }}
  default_backend app
backend app
  http-reuse always
  server a 127.0.0.1:{upstream}
backend sink
  server s 127.0.0.1:{sink}
"""
CADDY = """
{{
  auto_https off
  admin off
  servers {{
    protocols h1 h2
  }}
}}
https://{host}:{port} {{
  bind 127.0.0.1
  tls {dir}/cert.pem {dir}/key.pem
  reverse_proxy /up 127.0.0.1:{sink}
  reverse_proxy 127.0.0.1:{upstream}
}}
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(port, process=None):
    end = time.monotonic() + 15
    while time.monotonic() < end:
        if process and process.poll() is not None:
            sys.exit(f"bench.py: {process.args[3]} ended with {process.returncode} before it listened")
        with socket.socket() as s:
            if s.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)
    sys.exit(f"bench.py: nothing listens on port {port}")


def family(pid):
    """The process and its descendants."""
    found = [pid]
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/children") as f:
            for child in f.read().split():
                found += family(int(child))
    return found


def cpu_seconds(pid):
    total = 0
    for p in family(pid):
        with open(f"/proc/{p}/stat") as f:
            fields = f.read().rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICK


def memory_mib(pid):
    pages = 0
    for p in family(pid):
        with open(f"/proc/{p}/statm") as f:
            pages += int(f.read().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def sink(port):
    """Reads a request's whole body, by its length or its chunks, then answers and closes."""
    listener = socket.create_server(("127.0.0.1", port))
    while True:
        connection, _ = listener.accept()
        with connection:
            swallow(connection)


def swallow(connection):
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        if not part:
            return
        data += part
    head, rest = data.split(b"\r\n\r\n", 1)
    length = re.search(rb"(?i)content-length: *(\d+)", head)
    left, tail = int(length.group(1)) - len(rest) if length else None, rest[-5:]
    while left or left is None and tail != b"0\r\n\r\n":
        part = connection.recv(1 << 20)
        if not part:
            return
        tail = (tail + part)[-5:]
        left = None if left is None else left - len(part)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")


def client(*line):
    return subprocess.run(["taskset", "-c", CLIENT_CORE, *line], check=True, capture_output=True, text=True).stdout


def requests(port):
    out = client("wrk", "-t1", "-c16", f"-d{SECONDS}s", f"https://{HOST}:{port}/")
    if "Non-2xx" in out or "Socket errors" in out:
        sys.exit(f"bench.py: not every request was answered with 200:\n{out}")
    return int(re.search(r"(\d+) requests in", out).group(1))


def streams(port):
    out = client("h2load", "-n", str(STREAMS), "-c", "8", "-m", "16", f"https://{HOST}:{port}/")
    if "Application protocol: h2" not in out or f"{STREAMS} succeeded" not in out or f"{STREAMS} 2xx" not in out:
        sys.exit(f"bench.py: not every request was answered with 200 over HTTP/2:\n{out}")
    return STREAMS


def handshakes(port):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    for _ in range(HANDSHAKES):
        with socket.create_connection(("127.0.0.1", port)) as s, context.wrap_socket(s, server_hostname=HOST):
            pass
    return HANDSHAKES


def curl(port, *line):
    client("curl", "-sSfk", "--http1.1", "--resolve", f"{HOST}:{port}:127.0.0.1", "-o", "/dev/null", *line)


def down(port):
    curl(port, f"https://{HOST}:{port}/down/bulk")
    return BULK


def up(port, bulk):
    curl(port, "-H", "Expect:", "-T", bulk, f"https://{HOST}:{port}/up")
    return BULK


class Bench:
    def __init__(self, locald, folder):
        self.folder, self.processes = folder, {}
        self.upstream, self.sink = free_port(), free_port()
        os.makedirs(f"{folder}/down")
        self.bulk = f"{folder}/down/bulk"
        with open(self.bulk, "wb") as f:
            f.truncate(BULK << 20)
        self.environment = {"PATH": os.environ["PATH"] + ":/usr/sbin", "HOME": folder, "LOCALD_HOME": f"{folder}/locald"}
        run = subprocess.run([locald, "cert", HOST, "--cert", f"{folder}/cert.pem", "--key", f"{folder}/key.pem"], env=self.environment)
        if run.returncode != 0:
            sys.exit("bench.py: locald made no certificate for its peers")
        with open(f"{folder}/both.pem", "w") as both:
            for part in ("cert.pem", "key.pem"):
                both.write(open(f"{folder}/{part}").read())
        self.start("upstream", CLIENT_CORE, self.upstream, "nginx", "-p", folder, "-c",
                   self.write("upstream", NGINX.format(dir=folder, name="upstream", body=NGINX_UPSTREAM.format(port=self.upstream, dir=folder))))
        self.sink_process = multiprocessing.Process(target=sink, args=(self.sink,), daemon=True)
        self.sink_process.start()
        wait_for(self.sink)
        self.ports = {}
        self.serve("locald", lambda port: [locald, "serve", f"{HOST}={self.upstream}", f"{HOST}/up={self.sink}", "--https", f"127.0.0.1:{port}", "--http", "off"])
        self.serve("nginx", lambda port: ["nginx", "-p", folder, "-c", self.write("nginx", NGINX.format(
            dir=folder, name="nginx", body=NGINX_PROXY.format(**self.facts(port))))])
        self.serve("haproxy", lambda port: ["haproxy", "-f", self.write("haproxy", HAPROXY.format(**self.facts(port)))])
        self.serve("caddy", lambda port: ["caddy", "run", "--adapter", "caddyfile", "--config", self.write("Caddyfile", CADDY.format(**self.facts(port)))])

    def facts(self, port):
        return {"dir": self.folder, "port": port, "upstream": self.upstream, "sink": self.sink, "host": HOST}

    def write(self, name, text):
        path = f"{self.folder}/{name}.conf"
        with open(path, "w") as f:
            f.write(text)
        return path

    def serve(self, name, line):
        port = free_port()
        command = line(port)
        if shutil.which(command[0], path=self.environment["PATH"]):
            self.ports[name] = port
            self.start(name, SERVER_CORE, port, *command)

    def start(self, name, core, port, *line):
        log = open(f"{self.folder}/{name}.log", "w")
        self.processes[name] = subprocess.Popen(["taskset", "-c", core, *line], env=self.environment, stdout=log, stderr=log)
        wait_for(port, self.processes[name])

    def measure(self, name, case):
        pid, port = self.processes[name].pid, self.ports[name]
        run = {"h1": requests, "h2": streams, "handshake": handshakes, "down": down, "up": lambda p: up(p, self.bulk)}[case]
        before = cpu_seconds(pid)
        units = run(port)
        return (cpu_seconds(pid) - before) * 1e6 / units

    def stop(self):
        for process in self.processes.values():
            process.send_signal(signal.SIGTERM)
        for process in self.processes.values():
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--locald", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cases", default="h1,h2,handshake,down,up")
    options = parser.parse_args()
    cases = options.cases.split(",")
    os.sched_setaffinity(0, {int(CLIENT_CORE)})
    with tempfile.TemporaryDirectory(prefix="locald-bench-") as folder:
        os.chmod(folder, 0o755)
        bench = Bench(os.path.abspath(options.locald), folder)
        try:
            figures = {}
            for turn in range(options.rounds):
                for case in cases:
                    for name in bench.ports:
                        print(f"round {turn + 1} of {options.rounds}: {case} {name}".ljust(50), end="\r", file=sys.stderr)
                        figures.setdefault((name, case), []).append(bench.measure(name, case))
            unit = {"h1": "us/request", "h2": "us/request h2", "handshake": "us/handshake", "down": "us/MiB down", "up": "us/MiB up"}
            print("CPU".ljust(10) + "".join(unit[c].rjust(16) for c in cases) + "RSS MiB".rjust(10))
            for name in bench.ports:
                medians = "".join(f"{statistics.median(figures[name, c]):16.1f}" for c in cases)
                print(name.ljust(10) + medians + f"{memory_mib(bench.processes[name].pid):10.1f}")
        finally:
            bench.stop()


if __name__ == "__main__":
    main()
