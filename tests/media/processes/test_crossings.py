"""A publisher is carried once to every process where somebody watches, and to no other."""

from media.processes.crossings import Crossing, WantedRoutes, crossings

HOMES = {"camera": 0, "door": 1, "wall": 1, "desk": 1, "hall": 2, "near": 0}


def test_one_crossing_for_all_viewers_of_a_process() -> None:
    routes = WantedRoutes()
    for viewer in ("wall", "desk", "hall", "near"):
        routes.set(viewer, "0", "camera")
    routes.set("wall", "1", "camera")
    routes.set("wall", "2", "door")
    assert list(crossings(routes, HOMES.get)) == [
        Crossing("camera", 0, 1),
        Crossing("camera", 0, 2),
    ]


def test_nothing_crosses_for_those_who_are_not_there() -> None:
    routes = WantedRoutes()
    routes.set("wall", "0", "nobody yet")
    routes.set("nobody yet", "0", "camera")
    assert not crossings(routes, HOMES.get)


def test_a_route_ends_with_either_of_its_ends() -> None:
    routes = WantedRoutes()
    routes.set("wall", "0", "camera")
    routes.set("wall", "1", "door")
    routes.set("hall", "0", "camera")
    routes.set("hall", "0", None)
    assert routes.of_source("camera") == [("wall", "0")]
    assert routes.of_viewer("wall") == [("0", "camera"), ("1", "door")]
    routes.forget("camera")
    assert routes.of_viewer("wall") == [("1", "door")]
    routes.forget("wall")
    assert not list(routes.pairs())
