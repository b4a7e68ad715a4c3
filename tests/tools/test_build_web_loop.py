"""The WebAssembly of the page is what its sources build, by the recorded digests."""

import json
from pathlib import Path

import pytest

pytestmark = pytest.mark.neutral
TOOLS = Path(__file__).resolve().parents[2] / "tools"


def test_the_loop_is_what_its_sources_build(monkeypatch):
    monkeypatch.syspath_prepend(str(TOOLS))
    import build_web_loop

    recorded = json.loads(build_web_loop.RECORD.read_text(encoding="utf-8"))
    remedy = "run python3 tools/build_web_loop.py"
    assert recorded == build_web_loop.record(), remedy
