"""The process that converts charts."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from tasks.charts import converter

POINT = {"data": {"values": [{"a": 1}]}, "mark": "point", "encoding": {"x": {"field": "a", "type": "quantitative"}}}


def test_an_error_belongs_to_its_own_chart() -> None:
    """A specification that is not valid says so, and the next one gets its own picture, which becomes a PDF."""
    with pytest.raises(ValueError, match="conversion failed"):
        converter.svg_of({"mark": 3})
    svg = converter.svg_of(POINT)
    assert svg.startswith("<svg")
    assert converter.pdf_of(svg).startswith(b"%PDF")


def test_a_converter_that_ended_is_started_again() -> None:
    """A crash of the process costs one chart; the next one has a new process."""
    converter.warm_up()
    process = converter._CONVERTER._process
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    with pytest.raises(ValueError, match="the converter of charts ended"):
        converter.svg_of({**POINT, "title": "after a crash"})
    assert "<svg" in converter.svg_of({**POINT, "title": "after a crash"})


def test_a_picture_is_made_once() -> None:
    """Who asks for the same picture again gets the one that there is, also when the converter has ended meanwhile."""
    svg = converter.svg_of({**POINT, "title": "once"})
    converter._CONVERTER.stop()
    assert converter.svg_of({**POINT, "title": "once"}) == svg
    assert converter._CONVERTER._process is None


def test_few_pictures_are_kept() -> None:
    """Of many pictures the last ones are kept."""
    for number in range(converter._KEPT + 2):
        converter.svg_of({**POINT, "title": f"number {number}"})
    assert len(converter._CONVERTER._answers) == converter._KEPT


def test_each_thread_gets_the_picture_that_it_asked_for() -> None:
    """Charts that are drawn at the same time take turns at the converter."""
    titles = [f"chart {number}" for number in range(6)]
    with ThreadPoolExecutor(len(titles)) as pool:
        pictures = list(pool.map(lambda title: converter.svg_of({**POINT, "title": title}), titles))
    assert all(title in picture for title, picture in zip(titles, pictures, strict=True))
