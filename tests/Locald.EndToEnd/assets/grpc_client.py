"""Every kind of gRPC call through locald. Arguments: port, root file."""
import sys
import threading

import grpc

port, root = sys.argv[1], sys.argv[2]
with open(root, "rb") as file:
    credentials = grpc.ssl_channel_credentials(file.read())
channel = grpc.secure_channel(f"ipv4:127.0.0.1:{port}", credentials, options=[
    ("grpc.ssl_target_name_override", "app.localhost"),
    ("grpc.default_authority", f"app.localhost:{port}"),
    ("grpc.max_receive_message_length", -1),
])


def say(what, *values):
    print(what, *values, flush=True)


call = channel.unary_unary("/test.Echo/Unary")
response, details = call.with_call(b"hello", timeout=20)
say("unary:", response.decode(), dict(details.trailing_metadata())["x-sum"])

large = bytes(range(256)) * 40_000
say("ten megabytes there and back:", call(large, timeout=30) == large)

say("client stream:", channel.stream_unary("/test.Echo/ClientStream")((b"x" * 1000 for _ in range(2000)), timeout=20).decode())
say("server stream:", sum(1 for _ in channel.unary_stream("/test.Echo/ServerStream")(b"3000", timeout=20)))

# Each message is sent only after the answer to the one before.
turn, answers = threading.Semaphore(1), []


def talk():
    for word in ("one", "two", "three"):
        turn.acquire()
        yield word.encode()


for answer in channel.stream_stream("/test.Echo/Both")(talk(), timeout=20):
    answers.append(answer.decode())
    turn.release()
say("both ways:", *answers)

many = [call.future(b"%d" % i, timeout=20) for i in range(300)]
say("three hundred at once:", sum(f.result() == b"got %d" % i for i, f in enumerate(many)))

for method in ("Fail", "Missing"):
    try:
        channel.unary_unary("/test.Echo/" + method)(b"", timeout=20)
    except grpc.RpcError as e:
        say(method + ":", e.code().name, e.details(), dict(e.trailing_metadata()).get("x-why"))

try:
    channel.unary_unary("/test.Echo/Slow")(b"", timeout=0.5)
except grpc.RpcError as e:
    say("deadline:", e.code().name, "server saw", channel.unary_unary("/test.Echo/WasCancelled")(b"", timeout=20).decode())

down = grpc.secure_channel(f"ipv4:127.0.0.1:{port}", credentials, options=[
    ("grpc.ssl_target_name_override", "down.localhost"), ("grpc.default_authority", f"down.localhost:{port}")])
try:
    down.unary_unary("/test.Echo/Unary")(b"", timeout=20)
except grpc.RpcError as e:
    say("down:", e.code().name)
