"""The thread that reads a camera outlives whatever reading raises."""

import queue

import pytest

from media.sources import rtsp


def test_an_unforeseen_failure_is_told_without_the_address(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(url: str) -> None:
        raise RuntimeError(url)

    monkeypatch.setattr(rtsp, "open_camera", broken)
    news: queue.Queue[rtsp.News] = queue.Queue()
    reader = rtsp.RtspReader("rtsp://user:secret@192.0.2.7/live", news.put)
    reader.start()
    assert news.get(timeout=5) == rtsp.Gone("unreachable")
    reader.join(5)
    assert "RuntimeError" in caplog.text and "secret" not in caplog.text
