"""The demonstration from end to end, as a new user runs it."""

import io
import re
import socket

import pytest
from rich.console import Console

from leptobridge.demo.patients import demo_patients
from leptobridge.demo.run import run_demo
from leptobridge.demo.server import HOST, free_port


def test_a_port_that_is_taken_is_replaced_by_a_free_one() -> None:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert free_port(port) not in (0, port)


@pytest.mark.slow
def test_the_demonstration_shows_every_patient_and_ends_by_itself() -> None:
    written = io.StringIO()
    status = run_demo(
        hospital_port=free_port(0), service_port=free_port(0), console=Console(file=written, width=140, no_color=True)
    )
    page = written.getvalue()
    assert status == 0, page
    for story in demo_patients():
        assert story.patient["identifier"][0]["value"] in page
        letter = story.expected["classification"]["type_letter"]
        certainty = story.expected["classification"]["value"].replace("_", " ")
        assert f"{letter} {certainty}" in page if letter else certainty in page
        for assessment in story.expected["assessments"]:
            response = assessment["response"].replace("_", " ")
            answers = r"\s+".join(re.escape(assessment[name]).replace("_", " ") for name in ("neuro", "imaging", "csf"))
            assert re.search(rf"{assessment['day']}\s+{answers}\s+{response}", page)
    assert len(re.findall(r"\d+ Observations in the hospital", page)) == len(demo_patients())
