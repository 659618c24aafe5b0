"""What the local front costs: the same request over HTTP and straight into the gateway."""

import socket

from bench.figures import Figure, median, short
from bench.rate import Ask, rate
from bench.serve import in_this_process
from bench.stand import Stand

_PATH = "/v1/procedures"
_CLIENTS = (1, 8)


def front_over_gateway(stand: Stand, seconds: float, rounds: int) -> list[Figure]:
    """Compare requests per second of the front (own process, keep-alive) and of a gateway in this process."""
    straight = _straight(stand)
    seen: dict[str, list[float]] = {}
    for _ in range(rounds):
        for clients in _CLIENTS:
            seen.setdefault(f"front_{clients}", []).append(rate([_over_http(stand) for _ in range(clients)], seconds))
            seen.setdefault(f"gateway_{clients}", []).append(rate([straight] * clients, seconds))
    rates = {name: short(median(each)) for name, each in seen.items()}
    best = max(rates["gateway_1"], rates["gateway_8"])
    figures = [
        Figure(
            f"front over raw gateway: requests/s, {clients} client{'s' if clients > 1 else ''}",
            "ratio",
            median(seen[f"front_{clients}"]) / best,
            rounds,
            None,
            {"per_second": rates, "raw": "the gateway's better rate of one thread and of eight"},
        )
        for clients in _CLIENTS
    ]
    best_http = max(rates["front_1"], rates["front_8"])
    return [*figures, Figure("front: GET /v1/procedures, best rate of one process", "1/s", best_http, rounds)]


def _straight(stand: Stand) -> Ask:
    gateway, _ = in_this_process(stand.home)

    def ask() -> None:
        if gateway.handle_request("GET", _PATH, {}, b"")["statusCode"] != 200:
            raise RuntimeError(_PATH)

    ask()
    return ask


def _over_http(stand: Stand) -> Ask:
    """Return an asker over one kept connection; a plain socket, so that the client's own cost stays small."""
    connection = socket.create_connection(("127.0.0.1", stand.home.port), timeout=30)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    reading = connection.makefile("rb")
    request = f"GET {_PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()

    def ask() -> None:
        connection.sendall(request)
        status = reading.readline()
        length = 0
        while (line := reading.readline()) not in {b"\r\n", b""}:
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        if b" 200 " not in status or len(reading.read(length)) != length:
            raise RuntimeError(_PATH)

    ask()
    return ask
