"""The main job, on both databases: recorded, due, said once, resolved, silent."""

from collections.abc import Callable
from pathlib import Path

import examples
from desk import Clock

from tracker.actions.arm import Act, Audience
from tracker.actions.record import record
from tracker.actions.remind import Post, sweep
from tracker.actions.resolve import resolve
from tracker.notify.channel import ChannelSettings, build
from tracker.store.store import Store


def _post(folder: Path) -> Post:
    settings = ChannelSettings(sender="tracker@localhost", maildir=folder / "mail")
    return Post(lambda name: build(name, settings), "tracker@localhost", "localhost")


def test_a_forecast_is_recorded_said_when_due_and_silent_once_resolved(
    store: Store, act: Callable[..., Act], audience: Audience, clock: Clock, tmp_path: Path
) -> None:
    """The whole of the tracker in one test; everything else deepens a step of it."""
    post = _post(tmp_path)
    verdicts = record(store, examples.ALL, act())
    assert [each.status for each in verdicts] == ["new"] * 4

    clock.set("2026-05-20T12:00")
    assert sweep(store, post, audience, clock).sent == 0

    clock.set("2026-06-02T09:00")
    assert sweep(store, post, audience, clock).sent == 1
    assert sweep(store, post, audience, clock).sent == 0
    (mail,) = (tmp_path / "mail" / "new").iterdir()
    assert b"Imaginary Bridge" in mail.read_bytes()

    resolve(store, examples.resolution("no"), act())
    clock.forward(days=400)
    assert sweep(store, post, audience, clock).queued == 0
