"""The Prefect wrappers hand typed values on as JSON."""

import asyncio
from pathlib import Path

import httpx
import pytest
from prefect import flow
from prefect.blocks.webhook import Webhook

from tasks import report_tasks as prefect_tasks
from tasks.charts.draw import draw_charts
from tasks.notify.report_notice import NotifyResult, check_targets
from tasks.report.render import write_report
from tasks.serializers import KnownResult
from tests.tasks import samples
from tests.tasks.hooks import posted_to


def test_results_come_back_typed_from_json(tmp_path: Path) -> None:
    """Values of the tasks are the same after Prefect's JSON serializer."""
    charts = draw_charts(samples.dataset(tmp_path), samples.run(samples.statistics()))
    files = write_report(samples.report(tmp_path), tmp_path / "out")
    results = [NotifyResult(target="json://host", sent=True)]
    for what, value in (("charts", charts), ("report files", files), ("notifications", results)):
        stored = KnownResult(what=what)
        assert stored.loads(stored.dumps(value)) == value


def test_tasks_store_results_as_json_and_never_repeat_a_notification() -> None:
    """Every wrapper persists JSON, has a readable run name, and sending is not retried."""
    for task in (
        prefect_tasks.draw_charts,
        prefect_tasks.build_and_write_report,
        prefect_tasks.publish_artifact,
        prefect_tasks.send_notifications,
    ):
        assert task.persist_result is True
        assert isinstance(task.result_serializer, KnownResult)
        assert task.task_run_name
    assert prefect_tasks.send_notifications.retries == 0


def test_the_written_report_is_read_back(tmp_path: Path) -> None:
    """The files' own report is what the artifact and the notifications are made of."""
    report = samples.report(tmp_path)
    assert prefect_tasks.read_report(write_report(report, tmp_path / "out")) == report


@pytest.mark.parametrize(
    ("name", "key"),
    [("NYC Departures_2013", "analysis-nyc-departures-2013"), ("売上", "analysis"), ("--a--", "analysis-a")],
)
def test_artifact_keys_are_what_prefect_accepts(name: str, key: str) -> None:
    """Keys are lower-case letters, digits and dashes."""
    assert prefect_tasks.artifact_key(name) == key


def test_a_flow_draws_writes_publishes_and_notifies(prefect_server: str, tmp_path: Path) -> None:
    """Inside an async flow the four tasks leave the files, an artifact and a message to a notification block."""
    from prefect.blocks.notifications import CustomWebhookNotificationBlock

    data, analysed = samples.dataset(tmp_path), samples.run(samples.profile(), samples.anomalies())

    with posted_to() as (posted, url):
        CustomWebhookNotificationBlock(name="ops", url=url, json_data={"text": "{{body}}"}).save("ops", overwrite=True)

        @flow(persist_result=False)
        async def report_flow() -> list[NotifyResult]:
            charts = prefect_tasks.draw_charts(data, analysed)
            files = prefect_tasks.build_and_write_report(analysed, data, charts, run_id="r", directory=tmp_path / "out")
            assert files.pdf.exists()
            prefect_tasks.publish_artifact(files)
            return prefect_tasks.send_notifications(files, ["custom-webhook/ops", "slack-webhook/absent"])

        good, bad = asyncio.run(report_flow())
    assert good == NotifyResult(target="block:custom-webhook/ops", sent=True)
    assert (
        bad.error == "Cannot notify block:slack-webhook/absent: there is no such block. `prefect block ls` lists them."
    )
    assert "Sales reached 1,350" in posted[0]["text"]
    assert len(posted[0].headers["Idempotency-Key"]) == 32
    artifact = httpx.get(f"{prefect_server}/artifacts/analysis-shop/latest").json()
    assert artifact["type"] == "markdown"
    assert artifact["data"].startswith("# Sales reached 1,350 on 10 February.")


def test_blocks_are_looked_up_before_the_run(prefect_server: str) -> None:
    """A block that does not exist, or that cannot notify, is told before any work."""
    Webhook(url="http://127.0.0.1").save("plain", overwrite=True)
    with pytest.raises(ValueError, match="no such block") as raised:
        check_targets(["slack-webhook/absent", "webhook/plain"], load_blocks=True)
    assert "it is a Webhook, not a notification block" in str(raised.value)
