"""What happened in a run, indexed by time. Pure: reads no clock and opens no file."""

from playground.history.batch import (
    COLUMNS,
    Batch,
    Definition,
    FileDefinition,
    Nanoseconds,
    ProcessDefinition,
    ResourceDefinition,
    SiteDefinition,
    TextDefinition,
    ThreadDefinition,
)
from playground.history.counters import Counter
from playground.history.doing import doing, waiting
from playground.history.forgetting import Forgotten
from playground.history.history import History, ProcessState, Wait
from playground.history.info import RunInfo
from playground.history.known import WORDS
from playground.history.lane import Lane, State
from playground.history.lines import LogLine, Mark, Measurement
from playground.history.things import Process, Resource

__all__ = [
    "COLUMNS",
    "WORDS",
    "Batch",
    "Counter",
    "Definition",
    "FileDefinition",
    "Forgotten",
    "History",
    "Lane",
    "LogLine",
    "Mark",
    "Measurement",
    "Nanoseconds",
    "Process",
    "ProcessDefinition",
    "ProcessState",
    "Resource",
    "ResourceDefinition",
    "RunInfo",
    "SiteDefinition",
    "State",
    "TextDefinition",
    "ThreadDefinition",
    "Wait",
    "doing",
    "waiting",
]
