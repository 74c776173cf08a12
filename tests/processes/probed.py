"""Runs a script under the probe and reads its journals back, row by row."""

import os
import struct
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from playground.probe import layout
from playground.probe.entry import ProbeConfig, environment


@dataclass(slots=True)
class Row:
    """One record, with the names that its process defined."""

    time: int
    pid: int
    kind: str
    thread: int
    resource: str
    identity: str
    line: int
    value: int


@dataclass(slots=True)
class Probed:
    """What a probed run left: its output and all records in time order."""

    returncode: int
    stdout: str
    stderr: str
    rows: list[Row] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    """Identity (aliases followed) to ``kind name`` as the creator said."""

    def of(self, name: str) -> list[Row]:
        """Rows of the resource of that ``kind name``."""
        return [row for row in self.rows if self.names.get(row.identity) == name]


def run_probed(directory: Path, script: str, *args: str, expect: int | None = 0) -> Probed:
    """Run a script's text under the probe with the test's interpreter."""
    (directory / "tmp").mkdir(exist_ok=True)
    path = directory / "program.py"
    path.write_text(script)
    place = str(directory)
    config = ProbeConfig(run="7e577e57", journals=place, fallback=place, text=place, directory=place)
    done = subprocess.run(
        [sys.executable, str(path), *args],
        env={**os.environ, **environment(config)},
        cwd=directory,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    if expect is not None:
        assert done.returncode == expect, done.stderr
    probed = Probed(done.returncode, done.stdout, done.stderr)
    _read(directory, probed)
    return probed


def run_plain(directory: Path) -> subprocess.CompletedProcess[str]:
    """Run the script that was run under the probe once more without it."""
    return subprocess.run(
        [sys.executable, "program.py"],
        cwd=directory,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def _read(directory: Path, probed: Probed) -> None:
    aliases: dict[str, str] = {}
    local: dict[str, dict[int, str]] = {}
    lines: dict[str, dict[int, int]] = {}
    for text in directory.glob("*.t"):
        resources, sites = local.setdefault(text.stem, {}), lines.setdefault(text.stem, {})
        for line in text.read_text().splitlines():
            fields = line.split("\t")
            if fields[0] == "R":
                resources[int(fields[1])] = fields[3]
                if fields[4]:
                    probed.names[fields[3]] = f"{fields[2]} {fields[4]}"
            elif fields[0] == "S":
                sites[int(fields[1])] = int(fields[3])
            elif fields[0] == "A":
                aliases[fields[1]] = fields[2]
    for segment in directory.glob("*.j"):
        owner = segment.stem.rpartition("-")[0]
        _rows(segment.read_bytes(), local[owner], lines[owner], aliases, probed.rows)
    probed.rows.sort(key=lambda row: row.time)


def _rows(data: bytes, local: dict[int, str], lines: dict[int, int], aliases: dict[str, str], rows: list[Row]) -> None:
    header = struct.unpack_from(layout.HEADER, data)
    for offset in range(header[6], layout.SEGMENT_SIZE - layout.RECORD_SIZE + 1, layout.RECORD_SIZE):
        code, value, time = struct.unpack_from(layout.RECORD, data, offset)
        if time == 0:
            continue
        identity = local.get(code >> layout.RESOURCE_SHIFT & layout.RESOURCE_MASK, "")
        identity = aliases.get(identity, identity)
        kind = layout.NAMES[code & layout.KIND_MASK]
        thread = code >> layout.THREAD_SHIFT & layout.THREAD_MASK
        line = lines.get(code >> layout.SITE_SHIFT, 0)
        rows.append(Row(time, header[2], kind, thread, identity, identity, line, value))
