"""What runs in a fresh interpreter for the cold-start figures; prints one JSON line of its own timings.

`cold` passes the text of this file to an interpreter, so that nothing of bench is imported in it. Arguments name the
case. Wall and processor time both start here, after the little that this file itself needs.
"""

import importlib
import json
import os
import sys
import time

Marks = dict[str, dict[str, float]]
_WALL, _CPU = time.perf_counter(), time.process_time()


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


def bare() -> Marks:
    """Start the least there could be: one route, one client."""
    app = importlib.import_module("chalice.app").Chalice(app_name="bare")
    app.route("/")(dict)
    importlib.import_module("boto3").client("dynamodb")
    answer = app(_event("GET", "/", None, {}), None)
    assert answer["statusCode"] == 200
    return {"answered": _now()}


def ours(method: str, path: str) -> Marks:
    """Start the service and answer a first request; body and token come through the environment."""
    app = importlib.import_module("app").app
    marks = {"imported": _now()}
    importlib.import_module("chalicelib.bootstrap").services()
    marks["built"] = _now()
    token = os.environ.get("BENCH_TOKEN")
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"} if token else {}
    answer = app(_event(method, path, os.environ.get("BENCH_BODY"), headers), None)
    assert answer["statusCode"] in {200, 201}, answer
    marks["answered"] = _now()
    return marks


def base() -> Marks:
    """Load the packaged definitions."""
    load = importlib.import_module("chalicelib.definitions.load")
    marks = {"imported": _now()}
    load.base()
    marks["answered"] = _now()
    return marks


match sys.argv[1:]:
    case ["bare"]:
        print(json.dumps(bare()))
    case ["base"]:
        print(json.dumps(base()))
    case [method, path]:
        print(json.dumps(ours(method, path)))
