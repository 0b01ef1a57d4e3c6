"""The composition names what the project has, which is checked where no container engine is at hand, too."""

import re
from pathlib import Path

import yaml

from deployments.cli import make_app
from runtime.settings import Settings

ROOT = Path(__file__).parent.parent.parent
COMPOSITION = (ROOT / "deployments" / "compose.yaml").read_text()


def test_settings_of_the_composition_exist():
    """The composition sets and passes on variables that the project reads, and none that it does not know."""
    named = set(re.findall(r"\bANALYST_[A-Z_]+", COMPOSITION))
    assert named
    assert named <= {f"ANALYST_{field.upper()}" for field in Settings.model_fields}


def test_commands_of_the_composition_exist():
    """Each `analyst` command that the composition runs is one of the command line's."""
    services = yaml.safe_load(COMPOSITION)["services"].values()
    commands = {name for one in services for name in re.findall(r"\banalyst ([a-z]+)", one.get("command", ""))}
    assert commands
    assert commands <= set(make_app())


def test_the_composition_listens_on_this_machine_only():
    """Each published port is bound to the loopback address."""
    ports = [port for one in yaml.safe_load(COMPOSITION)["services"].values() for port in one.get("ports", ())]
    assert ports
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []
