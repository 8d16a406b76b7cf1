"""A gRPC server without generated code: bytes in, bytes out. With --tls CERT KEY it speaks TLS."""
import sys
import threading
import time
from concurrent import futures

import grpc

cancelled = threading.Event()


def unary(request, context):
    context.set_trailing_metadata((("x-sum", str(len(request))),))
    return b"got " + request if len(request) < 100 else request


def client_stream(requests, context):
    return str(sum(len(r) for r in requests)).encode()


def server_stream(request, context):
    for i in range(int(request)):
        yield b"%d" % i


def both(requests, context):
    for request in requests:
        yield request.upper()


def fail(request, context):
    context.set_trailing_metadata((("x-why", "because"),))
    context.abort(grpc.StatusCode.FAILED_PRECONDITION, "no such thing: \u00e9%")


def slow(request, context):
    context.add_callback(cancelled.set)
    while context.is_active():
        time.sleep(0.01)
    return b""


def was_cancelled(request, context):
    return b"%d" % cancelled.wait(10)


class Echo(grpc.GenericRpcHandler):
    def service(self, details):
        call = details.method.rsplit("/", 1)[1]
        make = {
            "Unary": lambda: grpc.unary_unary_rpc_method_handler(unary),
            "ClientStream": lambda: grpc.stream_unary_rpc_method_handler(client_stream),
            "ServerStream": lambda: grpc.unary_stream_rpc_method_handler(server_stream),
            "Both": lambda: grpc.stream_stream_rpc_method_handler(both),
            "Fail": lambda: grpc.unary_unary_rpc_method_handler(fail),
            "Slow": lambda: grpc.unary_unary_rpc_method_handler(slow),
            "WasCancelled": lambda: grpc.unary_unary_rpc_method_handler(was_cancelled),
        }.get(call)
        return make() if make else None


server = grpc.server(futures.ThreadPoolExecutor(max_workers=40), options=[("grpc.max_receive_message_length", -1)])
server.add_generic_rpc_handlers((Echo(),))
if len(sys.argv) > 3:
    with open(sys.argv[3], "rb") as key, open(sys.argv[2], "rb") as cert:
        port = server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials([(key.read(), cert.read())]))
else:
    port = server.add_insecure_port("127.0.0.1:0")
server.start()
print(port, flush=True)
sys.stdin.read()
server.stop(0)
