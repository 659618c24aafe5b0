"""Entry points: the HTTP API and the event handlers. Each does nothing but hand over to its slice.

Event handlers live here and not on blueprints: Lambda imports the module that its handler string names, and only
this one puts the whole app together.
"""

from chalice.app import Chalice, CloudWatchEvent, DynamoDBEvent, Rate, SQSEvent

from chalicelib import starting
from chalicelib.api import routers
from chalicelib.aws.consume import read_envelope
from chalicelib.aws.outbox import BatchResult
from chalicelib.bootstrap import services
from chalicelib.fees import events as fees_events
from chalicelib.prefill import events as prefill_events
from chalicelib.warehouse import events as warehouse_events
from chalicelib.web.route import reshape_errors

# Sources are named by the template (infra/template.yaml), which replaces these strings whole.
_OUTBOX_STREAM = "arn:aws:dynamodb:region:account:table/outbox/stream/label"
_COMPLETION_QUEUE = "arn:aws:sqs:region:account:completion"
_SETTLEMENT_QUEUE = "arn:aws:sqs:region:account:settlement"
_INGEST_QUEUE = "arn:aws:sqs:region:account:ingest"
_WAREHOUSE_QUEUE = "arn:aws:sqs:region:account:warehousejobs"

app = Chalice(app_name="motlan")
app.api.cors = False
app.register_middleware(reshape_errors(lambda: services().edge), "http")
for router in routers(lambda: services().edge, services):
    app.register_blueprint(router.blueprint)


@app.on_dynamodb_record(stream_arn=_OUTBOX_STREAM)
def relay(event: DynamoDBEvent) -> BatchResult:
    """Publish what the outbox says."""
    return services().relay.publish(event.to_dict()["Records"])


@app.schedule(Rate(1, unit=Rate.MINUTES))
def sweep(_event: CloudWatchEvent) -> int:
    """Publish what the relay missed."""
    return services().relay.sweep()


@app.on_cw_event({"source": ["motlan"]})
def record_event(event: CloudWatchEvent) -> None:
    """Append one event to the event log."""
    services().event_log.append(read_envelope(event.to_dict()))


# One at a time: each may wait 8 s for its register, and a batch must fit into the function's 30 s.
@app.on_sqs_message(queue_arn=_COMPLETION_QUEUE, batch_size=1)
def complete_prefill(event: SQSEvent) -> BatchResult:
    """Ask again the registers that a prefill is still waiting for."""
    return prefill_events.handle(services(), event.to_dict()["Records"])


@app.on_sqs_message(queue_arn=_SETTLEMENT_QUEUE, batch_size=10)
def count_benefits(event: SQSEvent) -> BatchResult:
    """Count what was settled against the benefits of the year."""
    return fees_events.handle(services(), event.to_dict()["Records"])


@app.on_sqs_message(queue_arn=_INGEST_QUEUE, batch_size=4)
def ingest_upload(event: SQSEvent) -> BatchResult:
    """Check files that were uploaded."""
    return warehouse_events.ingest(services().warehouse, event.to_dict()["Records"])


@app.schedule(Rate(1, unit=Rate.MINUTES))
def settle_warehouse(_event: CloudWatchEvent) -> int:
    """Look at what is due in the warehouse: events that were lost, time that ran out."""
    return services().warehouse.sweep.run()


@app.on_sqs_message(queue_arn=_WAREHOUSE_QUEUE, batch_size=1)
def warehouse_work(event: SQSEvent) -> BatchResult:
    """Make exports, and carry imports on."""
    return warehouse_events.work(services().warehouse, event.to_dict()["Records"])


starting.started()
