"""What runs in a fresh interpreter for the cold-start figures; prints one JSON line of its own timings.

    python -m … is never used: `cold` passes the text of this file, so that nothing of bench is imported in the child.

Arguments: the case, then what it needs. Wall and processor time both start with the first line here.
"""

import time

_WALL, _CPU = time.perf_counter(), time.process_time()

import json
import os
import sys


def _now() -> dict[str, float]:
    return {"wall": (time.perf_counter() - _WALL) * 1000, "cpu": (time.process_time() - _CPU) * 1000}


def _event(method: str, path: str, body: str | None, headers: dict[str, str]) -> dict[str, object]:
    """Write a request as API Gateway hands it over."""
    return {
        "requestContext": {
            "httpMethod": method,
            "resourcePath": path,
            "identity": {"sourceIp": "127.0.0.1"},
            "requestId": "bench",
        },
        "headers": headers,
        "multiValueQueryStringParameters": None,
        "pathParameters": {},
        "stageVariables": None,
        "isBase64Encoded": False,
        "body": body,
    }


def bare() -> dict[str, dict[str, float]]:
    """Start the least there could be: one route, one client."""
    import boto3
    from chalice.app import Chalice

    app = Chalice(app_name="bare")
    app.route("/")(lambda: {})
    boto3.client("dynamodb")
    answer = app(_event("GET", "/", None, {}), None)
    assert answer["statusCode"] == 200
    return {"answered": _now()}


def ours(method: str, path: str) -> dict[str, dict[str, float]]:
    """Start the service and answer a first request; body and token come through the environment."""
    import app

    marks = {"imported": _now()}
    from chalicelib.bootstrap import services

    services()
    marks["built"] = _now()
    token = os.environ.get("BENCH_TOKEN")
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"} if token else {}
    answer = app.app(_event(method, path, os.environ.get("BENCH_BODY"), headers), None)
    assert answer["statusCode"] in {200, 201}, answer
    marks["answered"] = _now()
    return marks


def base() -> dict[str, dict[str, float]]:
    """Load the packaged definitions."""
    from chalicelib.definitions.load import base as load

    marks = {"imported": _now()}
    load()
    marks["answered"] = _now()
    return marks


match sys.argv[1:]:
    case ["bare"]:
        print(json.dumps(bare()))
    case ["base"]:
        print(json.dumps(base()))
    case [method, path]:
        print(json.dumps(ours(method, path)))
