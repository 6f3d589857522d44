"""The burst of joins: everybody gets in, and the figures are all there."""

from server.benchmarks.joins import bench_joins


async def test_everybody_who_joins_at_once_gets_in() -> None:
    figures = await bench_joins(joins=4, processes=2)
    assert figures["joins"] == 4 and figures["processes"] == 2 and figures["refused"] == []
    assert figures["answered_s"]["most"] <= figures["connected_s"]["most"]
    assert figures["main_loop_lag_ms"]["p99"] <= figures["main_loop_lag_ms"]["most"]
    assert len(figures["media_loop_lag_p99_ms"]) == len(figures["resident_mb"]) == 2
