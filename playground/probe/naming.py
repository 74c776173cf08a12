"""What the program calls a thing, read from the source line that made it.

``first = Lock()`` is called ``first``, ``self.gate = Event()`` is ``gate``, the third of
``[Lock() for _ in range(5)]`` assigned to ``forks`` is ``forks[2]``.
"""

import itertools
from types import CodeType, FrameType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_MAX_SOURCE = 4 << 20
_sources: dict[str, list[bytes]] = {}
_made: dict[tuple[str, int, int], "itertools.count[int]"] = {}

_OPENING, _CLOSING = b"([{", b")]}"


def name_of(function: "Any") -> str:
    """Name of anything that can be called, whatever its attributes do when they are looked up."""
    try:
        return str(function.__qualname__)
    except Exception:
        return type(function).__qualname__


def name_at(frame: FrameType) -> str:
    """Name that the running call's result gets in the source, or "" when the source does not tell."""
    try:
        line, column, end_line, end_column = _position(frame.f_code, frame.f_lasti)
        lines = source_lines(frame.f_code.co_filename)
        after = b" ".join([lines[end_line - 1][end_column:], *lines[end_line : end_line + 2]]).strip()
        before = _before(lines, line, column)
        name = _bound_by_with(before, after) or _assigned(before, after)
    except (OSError, ValueError, IndexError, StopIteration):
        return ""
    if name.endswith("[*]"):
        counter = _made.setdefault((frame.f_code.co_filename, line, column), itertools.count())
        return f"{name[:-3]}[{next(counter)}]"
    return name


def _position(code: CodeType, instruction: int) -> tuple[int, int, int, int]:
    line, end_line, column, end_column = next(itertools.islice(code.co_positions(), instruction // 2, None))
    if line is None or end_line is None or column is None or end_column is None:
        raise ValueError("no position")
    return line, column, end_line, end_column


def source_lines(filename: str) -> list[bytes]:
    """Lines of a source file, which is read once; raises OSError."""
    if filename not in _sources:
        with open(filename, "rb") as file:
            _sources[filename] = file.read(_MAX_SOURCE).splitlines()
    return _sources[filename]


def _before(lines: list[bytes], line: int, column: int) -> bytes:
    """The statement's text before the call, with up to eight lines above when a bracket is open."""
    if not 0 < line <= len(lines):
        raise ValueError("no such line")
    text = own = lines[line - 1][:column].rpartition(b";")[2].strip()
    for upper in reversed(lines[max(0, line - 9) : line - 1]):
        if _equals(text) >= 0 or own.endswith(b".append("):
            break
        text = upper.partition(b"#")[0].strip() + b" " + text
    return text if _depth(text) < 0 else own


def _bound_by_with(before: bytes, after: bytes) -> str:
    """``pool`` of ``with Pool(2) as pool:``."""
    if not before.endswith((b"with", b",", b"(")) or not after.startswith(b"as "):
        return ""
    end = min(after.find(c, 3) if c in after[3:] else len(after) for c in (b",", b")", b":"))
    return _plain(after[3:end])


def _depth(text: bytes) -> int:
    """How many brackets are closed more often than opened, read from the left."""
    return sum(1 for c in text if c in _CLOSING) - sum(1 for c in text if c in _OPENING)


def _equals(text: bytes) -> int:
    """Position of the first assignment sign outside brackets, or -1."""
    depth = 0
    for i, c in enumerate(text):
        if c in _OPENING:
            depth += 1
        elif c in _CLOSING:
            depth -= 1
        elif (
            c == 0x3D and depth == 0 and text[i + 1 : i + 2] != b"=" and text[i - 1 : i] not in (b"=", b"!", b"<", b">")
        ):
            return i
    return -1


def _assigned(before: bytes, after: bytes) -> str:
    keyword = _keyword(before)
    if keyword:
        return keyword
    position = _equals(before)
    if position < 0:
        return _appended(before)
    target, inside = _without_annotation(before[:position].rstrip(b": ")), before[position + 1 :].strip()
    while _equals(inside) >= 0:  # a = b = Lock()
        inside = inside[_equals(inside) + 1 :].strip()
    names = [_plain(each) for each in _split(target)]
    if len(names) > 1:
        return _element(names[min(_commas(inside), len(names) - 1)], _last_part(inside), after)
    return _element(names[0], inside, after)


def _last_part(inside: bytes) -> bytes:
    """What stands after the last comma outside brackets."""
    depth, start = 0, 0
    for i, c in enumerate(inside):
        depth += (c in _OPENING) - (c in _CLOSING)
        if c == 0x2C and depth == 0:
            start = i + 1
    return inside[start:].strip()


def _element(name: str, inside: bytes, after: bytes) -> str:
    """Name of what is made inside a list, dictionary or comprehension that is assigned to a name."""
    if not name or not inside:
        return name
    if inside[:1] not in (b"[", b"{", b"("):
        return "" if inside.endswith(b",") or _depth(inside) < 0 else name
    if after.startswith((b"for ", b"async for ")):
        return f"{name}[*]"
    if inside[:1] == b"(" and _commas(inside[1:]) == 0:
        return name
    key = inside.rpartition(b",")[2].strip(b"{ ")
    if inside[:1] == b"{" and key.endswith(b":"):
        return f"{name}[{key[:-1].decode('utf-8', 'replace').strip()}]"
    return f"{name}[{_commas(inside[1:])}]"


def _keyword(before: bytes) -> str:
    """``lock`` of ``Worker(lock=Lock())``."""
    if not before.endswith(b"=") or before.endswith((b"==", b":=")) or _depth(before) >= 0:
        return ""
    word = before[:-1].replace(b"(", b",").rpartition(b",")[2].strip()
    return word.decode("utf-8", "replace") if word.isalnum() or b"_" in word else ""


def _appended(before: bytes) -> str:
    """``locks[*]`` of ``locks.append(Lock())``; ``gate`` of ``(gate := Event())``."""
    if before.endswith(b":="):
        return _plain(before[:-2].replace(b"(", b" ").split()[-1])
    head, found, _ = before.rpartition(b".append(")
    return f"{_plain(head.split()[-1])}[*]" if found and head.split() else ""


def _without_annotation(target: bytes) -> bytes:
    """``gate`` of ``gate: Queue[int]``; a colon inside brackets belongs to a subscript."""
    depth = 0
    for i, c in enumerate(target):
        depth += (c in _OPENING) - (c in _CLOSING)
        if c == 0x3A and depth == 0:
            return target[:i]
    return target


def _plain(target: bytes) -> str:
    text = target.partition(b":")[0].strip(b" ()[]*") if b"[" not in target else target.partition(b"[")[0].strip()
    return text.decode("utf-8", "replace").rpartition(".")[2].strip()


def _split(target: bytes) -> list[bytes]:
    return [each for each in target.strip(b"() ").split(b",") if each.strip()] if b"[" not in target else [target]


def _commas(text: bytes) -> int:
    """Commas outside nested brackets."""
    depth = commas = 0
    for c in text:
        if c in _OPENING:
            depth += 1
        elif c in _CLOSING:
            depth -= 1
        elif c == 0x2C and depth == 0:
            commas += 1
    return commas
