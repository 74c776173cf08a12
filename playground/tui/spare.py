"""A stage in waiting: built while a person reads, so that a run is on the screen as soon as it is started."""

from typing import TYPE_CHECKING, Any

from textual.app import App

from playground.settings import Settings, SettingsFile
from playground.tui import opening

if TYPE_CHECKING:
    from playground.face import Face
    from playground.tui.screens.stage import StageScreen

_NAME = "spare stage"


class SpareStage:
    """Has one stage ready, or none."""

    def __init__(self, app: App[Any], kept: SettingsFile) -> None:
        self._app, self._kept = app, kept
        self._stage: StageScreen | None = None
        self._as_chosen: Settings | None = None
        """The person's choices that it was built by."""

    def build(self) -> None:
        """Have one ready; it comes to be in some hundredths of a second, below what is shown."""
        if self._stage is None:
            self._stage, self._as_chosen = opening.empty_stage(self._kept), self._kept.settings
            self._app.install_screen(self._stage, _NAME)  # else it would go when it is popped
            self._app.push_screen(self._stage)
            self._app.pop_screen()

    def take(self, face: "Face") -> "StageScreen":
        """A stage of this run, to be pushed: the one in waiting, unless the person has chosen otherwise since."""
        stage, self._stage = self._stage, None
        if stage is not None:
            self._app.uninstall_screen(_NAME)
            if self._as_chosen is self._kept.settings:
                stage.take(face)
                return stage
            stage.remove()
        return opening.stage(face, self._kept)
