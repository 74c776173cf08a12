"""A run as one page that explains it: no script, no network, nothing beside the file itself."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TextIO

from playground import __version__
from playground.compare import Sequences, compare
from playground.excerpt import Place, Sources, places
from playground.export import compared as compared_with
from playground.export import plots, timeline
from playground.export.explained import ENDINGS, KINDS, READING
from playground.export.links import Flows
from playground.export.markup import Html, join, tag, text, void
from playground.export.opening import Opening, Options
from playground.export.ring import ring
from playground.findings import Finding
from playground.history import Batch, LogLine, Nanoseconds, State, doing
from playground.history.told import exit_text
from playground.replay import Replay
from playground.tui.moment import Moment, moment_of
from playground.tui.render.code import Piece, coloured
from playground.tui.render.palette import HOLDING_COLOUR, Paint, Palette, blend, palette_of
from playground.tui.theme import DARK, LIGHT
from playground.tui.view import View

_SEVERITIES = {"error": "✗", "warning": "!", "info": "i"}
_TONES = {"accent": "k", "good": "s", "warning": "n", "muted": "c", "text": None}
"""Colour of a piece of source to its class."""
_SAYS = {"stdout": " ", "stderr": "!", "raised": "✗", "report": "▸", "action": "▾", "mark": "▾", "notice": "!"}
_MOST_FINDINGS, _MOST_ROWS, _MOST_LINES, _MOST_OUTPUT, _AROUND, _MOST_STATES = 60, 300, 1200, 800, 12, 8
_NOTHING = "–"  # noqa: RUF001  # a dash is meant
_STATES = {
    "running": Paint.RUNNING,
    "waiting": Paint.LOCK,
    "sleeping": Paint.SLEEP,
    "suspended": Paint.SUSPENDED,
}


def write(opening: Opening, out: TextIO, options: Options) -> None:
    """Write the report of a recording, compared with another one if that is asked for."""
    flows = Flows()
    if options.against is None:
        replay, compared = opening.read(flows.take), None
    else:
        replay, compared = _read_both(opening, options.against, flows)
    replay.seek(replay.history.until)
    out.write(_Report(replay, flows, compared).page())


def _read_both(opening: Opening, against: Path, flows: Flows) -> tuple[Replay, Html]:
    """The recording, and how it differs from the other one; raises RecordingError."""
    did = Sequences(), Sequences()

    def take(batch: Batch) -> None:
        flows.take(batch)
        did[0].take(batch)

    replay = opening.read(take, share=0.5)
    other = Opening(against, lambda share: opening.progress(0.5 + share / 2)).read(did[1].take)
    found = compare(replay.summary, other.summary, *did)
    notices = [f"of the other run: {notice}" for notice in other.notices]
    if not all(each.whole for each in did):
        notices.append("runs so long are compared by their first events only")
    return replay, compared_with.section(found, (replay.info, other.info), notices, _named, _table)


class _Report:
    """The page of one run."""

    def __init__(self, replay: Replay, flows: Flows, compared: Html | None = None) -> None:
        self._compared = compared
        self._replay, self._history, self._flows = replay, replay.history, flows
        self._moment: Moment = moment_of(replay, View())
        self._summary: dict[str, Any] = replay.summary
        self._sources = Sources(replay.history, reads_files=False)
        order = list(_SEVERITIES)
        self._findings = sorted(replay.findings.all, key=lambda each: (order.index(each.severity), each.at))

    def page(self) -> str:
        """All of it."""
        parts = (
            self._head(),
            self._verdict(),
            self._found(),
            self._noted(),
            self._timeline(),
            self._counters(),
            self._processes(),
            self._resources(),
            self._compared,
            self._source(),
            self._output(),
            self._about(),
        )
        title = f"{self._replay.info.title or self._replay.info.scenario}: {self._summary['outcome'] or 'not ended'}"
        head = tag(
            "head",
            void("meta", charset="utf-8"),
            void(
                "meta",
                http_equiv="Content-Security-Policy",
                content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
            ),
            void("meta", name="viewport", content="width=device-width, initial-scale=1"),
            void("meta", name="color-scheme", content="light dark"),
            void("meta", name="generator", content=f"mp-playground {__version__}"),
            tag("title", title),
            tag("style", Html(_style())),
        )
        return f"<!DOCTYPE html>\n{tag('html', head, tag('body', tag('main', *parts)), lang='en')}\n"

    # --- Above the timeline -----------------------------------------------------------------------------

    def _head(self) -> Html:
        info, summary = self._replay.info, self._summary
        facts = [(str(key), str(value)) for key, value in info.parameters.items()]
        facts += [("start method", summary["start_method"]), ("ran for", f"{summary['duration_s'] or 0:.3f} s")]
        facts += [("processes", str(len(summary["processes"]))), ("events", f"{summary['events']:,}")]
        facts += [("started", info.started_at[:19].replace("T", " "))]
        name = [tag("p", tag("code", info.scenario), class_="quiet")] if info.title else []
        notices = [tag("p", notice, class_="notice") for notice in self._replay.notices]
        return join(
            tag("div", tag("b", "mp-playground"), " report of a recorded run", class_="brand"),
            tag("h1", info.title or info.scenario),
            *name,
            tag("ul", *(tag("li", f"{key} ", tag("b", value)) for key, value in facts if value), class_="chips"),
            *notices,
        )

    def _verdict(self) -> Html:
        worst = self._findings[0].severity if self._findings else ""
        outcome = self._summary["outcome"]
        bad = worst == "error" or outcome in {"stuck", "failed", "timeout"}
        tone = "bad" if bad else "warn" if worst == "warning" or outcome != "finished" else "good"
        sign = {"bad": "✗", "warn": "!", "good": "✓"}[tone]
        code = self._summary["exitcode"]
        end = ENDINGS.get(outcome, "") + (f" Its exit code was {code}." if code is not None else "")
        return tag(
            "section",
            tag("span", sign, class_="mark", aria_hidden="true"),
            tag("p", _named(self._summary["verdict"])),
            tag("p", end),
            class_=f"verdict {tone}",
        )

    def _found(self) -> Html | None:
        if not self._findings:
            return None
        shown = [self._finding(finding) for finding in self._findings[:_MOST_FINDINGS]]
        return join(tag("h2", "What was found"), *shown, _more(len(self._findings) - _MOST_FINDINGS, "findings"))

    def _finding(self, finding: Finding) -> Html:
        kind = finding.kind.replace("_", " ")
        head = tag(
            "h3",
            tag("span", _SEVERITIES[finding.severity], class_="sign", aria_hidden="true"),
            tag("span", kind, class_="kind"),
            tag("span", f"{finding.severity}, at {finding.at / 1e9:.3f} s", class_="at"),
        )
        general = [tag("p", KINDS[finding.kind], class_="general")] if finding.kind in KINDS else []
        drawn = ring(self._history, finding)
        where = [self._place(place) for place in places(self._history, finding)]
        return tag(
            "article",
            head,
            tag("p", _named(finding.text)) if finding.text != self._summary["verdict"] else None,
            *general,
            tag("div", drawn, class_="wide") if drawn is not None else None,
            tag("div", *where, class_="places") if where else None,
            tag("p", tag("b", "What to do: "), _named(finding.advice), class_="advice"),
            class_=f"finding {finding.severity}",
        )

    def _place(self, place: Place) -> Html:
        remarks = join(" ", _named(", ".join(place.remarks))) if place.remarks else None
        file = place.file.rpartition("/")[2]
        head = tag("header", tag("b", f"{file}:{place.line}"), remarks)
        pieces = self._pieces(place.file)
        rows = [
            _line(number, pieces[number - 1], marked=number == place.line)
            for number, _ in self._sources.around(place)
            if number <= len(pieces)
        ]
        code = tag("div", tag("table", tag("tbody", *rows)), class_="source wide") if rows else None
        return tag("div", head, code, class_="place")

    def _pieces(self, file: str) -> list[list[Piece]]:
        return coloured("\n".join(self._sources.lines(file)))

    def _noted(self) -> Html | None:
        """The bookmarks of whoever makes the report, each with what everybody was doing then."""
        noted = self._replay.bookmarks.all
        if not noted:
            return None
        shown = [self._note(number, at, note) for number, (at, note) in enumerate(noted[:_MOST_ROWS], 1)]
        hint = "Instants that whoever made this report has marked; ◆ in the timeline."
        return join(
            tag("h2", "What was noted"),
            tag("p", hint, class_="hint"),
            tag("ul", *shown, class_="noted panel"),
            _more(len(noted) - _MOST_ROWS, "notes"),
        )

    def _note(self, number: int, at: Nanoseconds, note: str) -> Html:
        known = self._history.since <= at <= self._history.until
        states = [state for state in self._history.at(at) if not state.state.final] if known else []
        did = [f"{self._history.name(each.index)} {doing(self._history, each, at)}" for each in states[:_MOST_STATES]]
        more = [f"{len(states) - _MOST_STATES} more"] if len(states) > _MOST_STATES else []
        head = join(tag("b", f"◆ {number}"), tag("span", f"at {at / 1e9:.3f} s", class_="at"), " ", _named(note))
        return tag("li", tag("p", head), tag("p", _named(" · ".join([*did, *more])), class_="quiet"))

    # --- Drawings ---------------------------------------------------------------------------------------

    def _timeline(self) -> Html:
        history = self._history
        left_out = len(history.shown) - timeline.MOST_LANES
        drawn = timeline.drawing(history, self._replay.findings.all, list(self._flows.all), self._replay.bookmarks.all)
        return join(
            tag("h2", "What everybody did"),
            tag("p", READING, class_="hint"),
            tag(
                "div",
                tag("div", drawn, class_="wide"),
                timeline.legend(timeline.used_paints(history)),
                class_="panel",
            ),
            _more(left_out, "processes, which are in the table"),
            self._standing(),
        )

    def _standing(self) -> Html | None:
        """What each was doing when the run was ended from outside."""
        if self._summary["outcome"] in {"finished", "failed"}:
            return None
        rows = [
            tag("li", tag("b", name), " ", _named(what))
            for name, what in (
                (self._history.name(state.index), doing(self._history, state, self._history.until))
                for state in self._moment.states
                if not state.state.final
            )
        ]
        if not rows:
            return None
        return join(tag("h3", "When the recording ends"), tag("ul", *rows[:_MOST_ROWS], class_="standing"))

    def _counters(self) -> Html | None:
        figures, more = plots.drawings(self._moment)
        if not figures:
            return None
        hint = "Values, queues and semaphores on the same axis of time: what is wrong comes first."
        return join(
            tag("h2", "Counters"),
            tag("p", hint, class_="hint"),
            tag("div", *figures, class_="panel"),
            _more(more, "counters"),
        )

    # --- Tables -----------------------------------------------------------------------------------------

    def _processes(self) -> Html:
        rows = [self._process(row) for row in self._summary["processes"][:_MOST_ROWS]]
        titles = (("process", ""), ("pid", "num"), ("role", ""), ("started", "num"), ("ended", ""))
        times = (("running", "num"), ("waiting", "num"), ("sleeping", "num"), ("its time", ""))
        return join(
            tag("h2", "Processes"),
            _table([*titles, *times], rows),
            _more(len(self._summary["processes"]) - _MOST_ROWS, "processes"),
        )

    def _process(self, row: dict[str, Any]) -> Html:
        code, seconds = row["exitcode"], row["seconds"]
        ended = exit_text(code) if row["ended_s"] is not None else f"{row['state']} at the end"
        at = f" at {row['ended_s']:.3f} s" if row["ended_s"] is not None else ""
        total = sum(seconds.values()) or 1.0
        share = [
            tag("i", style=f"width:{seconds[name] / total * 100:.1f}%;background:var(--p{paint:d})")
            for name, paint in _STATES.items()
            if seconds[name]
        ]
        role = row["role"] + (", daemon" if row["daemon"] else "")
        told = ", ".join(f"{name} {seconds[name] / total:.0%}" for name in _STATES if seconds[name])
        return tag(
            "tr",
            tag("td", tag("b", row["name"] or _NOTHING)),
            tag("td", row["pid"], class_="num"),
            tag("td", role),
            tag("td", _seconds(row["started_s"]), class_="num"),
            tag("td", ended, tag("span", at, class_="quiet"), class_="bad" if code else None),
            *(tag("td", _seconds(seconds[name]), class_="num") for name in ("running", "waiting", "sleeping")),
            tag("td", tag("div", *share, class_="share", title=told)),
        )

    def _resources(self) -> Html | None:
        everything = self._summary["resources"]
        used = sorted(everything, key=lambda r: (not (r["held_by"] or r["waited_by"]), -r["contended"], -r["acquired"]))
        if not used:
            return None
        rows = [
            tag(
                "tr",
                tag("td", tag("b", row["name"] or _NOTHING)),
                tag("td", row["kind"].replace("_", " ")),
                tag("td", row["site"] or _NOTHING, class_="mono"),
                *(tag("td", f"{row[key]:,}", class_="num") for key in ("acquired", "contended", "max_holders")),
                *(tag("td", ", ".join(dict.fromkeys(row[key])) or _NOTHING) for key in ("held_by", "waited_by")),
            )
            for row in used[:_MOST_ROWS]
        ]
        titles = [("resource", ""), ("kind", ""), ("made at", ""), ("acquired", "num"), ("had to wait", "num")]
        titles += [("most holders", "num"), ("held at the end by", ""), ("waited for at the end by", "")]
        return join(
            tag("h2", "Locks, queues and other shared things"),
            _table(titles, rows),
            _more(len(used) - _MOST_ROWS, "of them"),
        )

    # --- Texts ------------------------------------------------------------------------------------------

    def _source(self) -> Html | None:
        info = self._replay.info
        lines = self._pieces(info.source_file) if info.source else []
        if not lines:
            return None
        remarks = self._remarks()
        shown = _shown_lines(len(lines), remarks)
        rows: list[Html] = []
        before = 0
        for number in shown:
            if number != before + 1:
                rows.append(tag("tr", tag("td", "⋯", colspan=3), class_="gap"))
            rows.append(_line(number, lines[number - 1], remarks.get(number, ()), marked=number in remarks))
            before = number
        hint = "Marked lines are those that findings speak of, and where processes stood when the recording ends."
        return join(
            tag("h2", "Source"),
            tag("p", tag("code", info.source_file.rpartition("/")[2]), f". {hint}", class_="hint"),
            tag("div", tag("table", tag("tbody", *rows)), class_="panel source wide"),
        )

    def _remarks(self) -> dict[int, list[tuple[str, str]]]:
        """Line to what is said of it, each with its tone."""
        file = self._replay.info.source_file
        made: dict[int, list[tuple[str, str]]] = {}
        for finding in self._findings[:_MOST_FINDINGS]:
            tone = "bad" if finding.severity == "error" else ""
            for place in places(self._history, finding):
                if place.file == file:
                    said = [*place.remarks] or [finding.kind.replace("_", " ")]
                    made.setdefault(place.line, []).extend((tone, each) for each in said)
        for state in self._moment.states:
            site = self._history.sites.get(state.site)
            if site is not None and site.file == file and not state.state.final and state.state != State.RUNNING:
                made.setdefault(site.line, []).append(("", f"{self._history.name(state.index)} stands here"))
        return {line: list(dict.fromkeys(said))[:8] for line, said in made.items()}

    def _output(self) -> Html | None:
        lines = self._history.lines
        if not lines:
            return None
        first = lines[: _MOST_OUTPUT // 4] if len(lines) > _MOST_OUTPUT else lines
        last = lines[-_MOST_OUTPUT * 3 // 4 :] if len(lines) > _MOST_OUTPUT else []
        rows = [self._said(line) for line in first]
        if last:
            left_out = f"⋯ {len(lines) - len(first) - len(last):,} lines are left out"
            rows += [tag("tr", tag("td", left_out, colspan=4)), *(self._said(line) for line in last)]
        return join(
            tag("h2", "Output and messages"),
            tag("div", tag("table", tag("tbody", *rows), class_="log mono"), class_="panel wide"),
        )

    def _said(self, line: LogLine) -> Html:
        return tag(
            "tr",
            tag("td", f"{line.time / 1e9:.3f}", class_="t"),
            tag("td", self._history.name(line.process), class_="w"),
            tag("td", _SAYS.get(line.stream, "·"), class_=f"w {line.stream}", title=line.stream),
            tag("td", line.text, class_=line.stream),
        )

    def _about(self) -> Html:
        info, summary = self._replay.info, self._summary
        facts = [
            ("program", info.scenario),
            ("arguments", " ".join(info.argv)),
            ("Python", info.python),
            ("system", info.platform),
            ("started", info.started_at),
            ("events", f"{summary['events']:,}" + (f", {summary['dropped']:,} dropped" if summary["dropped"] else "")),
            ("made by", f"mp-playground {__version__}"),
        ]
        listed = join(*(join(tag("dt", key), tag("dd", value)) for key, value in facts if value))
        return join(
            tag("h2", "About this report"),
            tag(
                "div",
                tag("div", tag("h3", "The run"), tag("dl", listed)),
                tag(
                    "div",
                    tag("h3", "How it was made"),
                    tag(
                        "p",
                        "The program ran unmodified in real processes. A probe in each of them wrote down what it did "
                        "with locks, queues, values and other processes, and when; the operating system was asked for "
                        "the rest. Findings are conclusions from these events; what is not certain says so.",
                    ),
                ),
                tag(
                    "div",
                    tag("h3", "What it contains"),
                    tag(
                        "ul",
                        tag("li", "the source of the main file, and the names of files, functions and processes"),
                        tag("li", "everything that the program printed, which may hold personal data"),
                        tag("li", "the command line, the values of shared counters, and the notes of bookmarks"),
                        tag("li", "no environment variables, no other files, no scripts; it loads nothing"),
                    ),
                ),
                class_="panel about",
            ),
        )


# --- Pieces ---------------------------------------------------------------------------------------------------


def _named(sentence: str) -> Html:
    """A sentence; what stands between backticks is a name of the program."""
    parts = sentence.split("`")
    if len(parts) % 2 == 0:
        return text(sentence)
    return join(*(tag("code", part) if place % 2 else part for place, part in enumerate(parts)))


def _table(titles: Iterable[tuple[str, str]], rows: list[Html]) -> Html:
    head = tag("tr", *(tag("th", title, class_=side or None) for title, side in titles))
    return tag("div", tag("table", tag("thead", head), tag("tbody", *rows), class_="facts"), class_="panel wide")


def _line(number: int, pieces: list[Piece], remarks: Sequence[tuple[str, str]] = (), *, marked: bool) -> Html:
    code = [part if _TONES.get(tone) is None else tag("span", part, class_=_TONES[tone]) for part, tone in pieces]
    said = [tag("span", _named(words), class_=f"remark {tone}".rstrip()) for tone, words in remarks]
    bad = any(tone for tone, _ in remarks)
    return tag(
        "tr",
        tag("td", number, class_="no"),
        tag("td", *code, *said, class_="mono"),
        class_="marked error" if bad else "marked" if marked else None,
    )


def _shown_lines(count: int, remarks: Iterable[int]) -> list[int]:
    """All lines of a file, or of a long one those around the ones that are marked."""
    if count <= _MOST_LINES:
        return list(range(1, count + 1))
    wanted = {line for mark in remarks for line in range(mark - _AROUND, mark + _AROUND + 1)}
    return sorted(line for line in wanted | set(range(1, 41)) if 1 <= line <= count)[:_MOST_LINES]


def _more(count: int, of_what: str) -> Html | None:
    return tag("p", f"… and {count:,} more {of_what}", class_="hint") if count > 0 else None


def _seconds(value: float | None) -> str:
    return _NOTHING if value is None else f"{value:.3f} s"


def _style() -> str:
    """The style sheet, with the colours of the stage in both themes."""
    sheet = Path(__file__).with_name("report.css").read_text(encoding="utf-8")
    light, dark = (_variables(theme.dark) for theme in (LIGHT, DARK))
    paints = "".join(f".b{p:d}{{fill:var(--p{p:d})}}.l{p:d}{{stroke:var(--p{p:d})}}" for p in Paint)
    held = ".b1.held,.b7.held{fill:var(--held)}"
    return f":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}\n{sheet}{paints}{held}"


def _variables(dark: bool) -> str:
    theme = DARK if dark else LIGHT
    colours: dict[str, str] = {name: getattr(theme, name) for name in ("background", "foreground", "accent")}
    palette: Palette = palette_of(colours, dark=dark, plain=False)
    told = {f"p{paint:d}": palette.paint(paint) for paint in Paint if paint}
    told |= {"held": HOLDING_COLOUR, "hold": palette.held, "under": palette.under(Paint.LOCK | 16)}
    told |= {"holdtext": blend(palette.ground, HOLDING_COLOUR if dark else "#7A5200", 0.95)}
    told |= {name: getattr(palette, name) for name in ("ground", "text", "muted", "accent", "good", "warning", "bad")}
    told |= {"surface": (dark and theme.surface) or "#FFFFFF", "line": blend(palette.ground, palette.text, 0.14)}
    told |= {"code": blend(palette.ground, palette.text, 0.08)}
    told |= {"marked": blend(palette.ground, palette.accent, 0.14)}
    told |= {"markedbad": blend(palette.ground, palette.bad, 0.16)}
    return ";".join(f"--{name}:{colour}" for name, colour in told.items())
