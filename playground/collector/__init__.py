"""From journals to batches: drains every process's segments and orders the records by time."""

from playground.collector.collector import Collector

__all__ = ["Collector"]
