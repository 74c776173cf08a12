"""Setting attributes of other modules in place, once, and putting them back."""

from __future__ import annotations

import sys
from _frozen_importlib import ModuleSpec
from _frozen_importlib_external import PathFinder
from types import ModuleType

from . import layout
from .journal import emit, text, thread_bits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_ABSENT = object()
_replaced: list[tuple[Any, str, Any]] = []
_waiting: dict[str, Callable[[ModuleType], None]] = {}
_looked_for: dict[str, Callable[[ModuleType], None]] = {}
"""Ending of a module's full name, from its last dot on, to what looks at each such module."""


def put(owner: Any, name: str, new: Any, *, added: bool = False) -> Any:
    """Set an attribute in place and return what was found there; functions look like those that they replace.

    Raises AttributeError when a function is to take the place of something that is none or is not there, unless
    it is to be ``added``.
    """
    old = vars(owner).get(name, _ABSENT)
    plain = getattr(owner, name, None) if old is _ABSENT or isinstance(old, staticmethod) else old
    if callable(new) and not callable(plain) and not added:
        raise AttributeError(f"{getattr(owner, '__qualname__', owner.__name__)} has no function {name}")
    inner = new.__func__ if isinstance(new, staticmethod) else new
    if hasattr(inner, "__code__"):
        _disguise(inner, plain if callable(plain) else None, owner, name)
    setattr(owner, name, new)
    _replaced.append((owner, name, old))
    return plain


def _disguise(inner: Any, plain: Any, owner: Any, name: str) -> None:
    """Give a function the name, the documentation and the signature of another, or the name that it is put under."""
    if plain is None:
        inner.__name__, inner.__module__ = name, getattr(owner, "__module__", owner.__name__)
        inner.__qualname__ = f"{owner.__qualname__}.{name}" if hasattr(owner, "__qualname__") else name
        inner.__annotations__ = {}
        return
    for attribute in ("__module__", "__name__", "__qualname__", "__doc__"):
        if hasattr(plain, attribute):
            setattr(inner, attribute, getattr(plain, attribute))
    inner.__wrapped__ = plain  # where ``inspect`` looks for the signature


class StandIn:
    """Takes the place of a module's function: no function itself, so that it is no method where a class holds it.

    A subclass says by ``__module__`` where it stands, and by ``__call__`` what it does.
    """

    def __init__(self, call: Any) -> None:
        self._call = call
        self.__name__ = self.__qualname__ = call.__name__
        self.__doc__, self.__text_signature__ = call.__doc__, call.__text_signature__

    @property
    def __signature__(self) -> Any:
        """What ``inspect``, which asks for it, says of the function; AttributeError where it has nothing to say."""
        import inspect

        try:
            return inspect.signature(self._call)
        except ValueError as error:
            raise AttributeError(*error.args) from None

    def __reduce__(self) -> str:
        return str(self.__name__)

    def __repr__(self) -> str:
        return repr(self._call)


def restore(kept: int = 0) -> None:
    """Put back as it was all that was set after the first ``kept`` ones."""
    while len(_replaced) > kept:
        owner, name, old = _replaced.pop()
        if old is _ABSENT:
            delattr(owner, name)
        else:
            setattr(owner, name, old)


def after_import(name: str, patch: Callable[[ModuleType], None]) -> None:
    """Call ``patch`` with a module right after its first import, or at once when it is there already."""
    if name in sys.modules:
        _apply(name, patch, sys.modules[name])
    else:
        _waiting[name] = patch


def after_each_import(ending: str, look: Callable[[ModuleType], None]) -> None:
    """Call ``look`` with every other module whose full name ends, from its last dot on, with ``ending``."""
    _looked_for[ending] = look


def _apply(name: str, patch: Callable[[ModuleType], None], module: ModuleType) -> None:
    """Patch a module wholly, or leave it as it is and say so: it may be another one than the patch knows."""
    before = len(_replaced)
    try:
        patch(module)
    except Exception as error:
        restore(before)
        said = str(error).replace("partially initialized ", "").partition(" (most likely")[0]
        emit(layout.PATCH_FAILED | thread_bits(), text(f"{name} ({type(error).__name__}: {said})"))


class _Loader:
    """Runs a module's own loader, then the patch; leaves no trace in the module."""

    def __init__(self, spec: ModuleSpec, patch: Callable[[ModuleType], None]) -> None:
        self._spec, self._own, self._patch = spec, spec.loader, patch

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._own.create_module(spec) if self._own else None

    def exec_module(self, module: ModuleType) -> None:
        own = self._own
        if own is None:
            return
        self._spec.loader = module.__loader__ = own
        own.exec_module(module)
        _apply(self._spec.name, self._patch, module)


# As a frame of the import system's it is left out of tracebacks, as those around it are.
_Loader.exec_module.__code__ = _Loader.exec_module.__code__.replace(
    co_filename="<frozen importlib._bootstrap_external>"
)


class Finder:
    """A ``sys.meta_path`` entry that hands each awaited module to its patch, right after it was imported."""

    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Find an awaited module's spec on the ordinary path, with our loader around its own."""
        patch = _waiting.pop(name, None) or _looked_for.get("".join(name.rpartition(".")[1:]))
        if patch is None:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec, patch)  # type: ignore[assignment]  # has the two methods that are used
        return spec
