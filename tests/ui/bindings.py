"""The bindings of all our classes by name, and the tests that press them."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator

from textual.binding import Binding

import playground.tui


def classes() -> Iterator[type]:
    """Every class of the screen that has bindings of its own."""
    for module in pkgutil.walk_packages(playground.tui.__path__, "playground.tui."):
        for thing in vars(importlib.import_module(module.name)).values():
            if inspect.isclass(thing) and thing.__module__ == module.name and "BINDINGS" in vars(thing):
                yield thing


def bindings_of(kind: type) -> Iterator[str]:
    """``Class.action`` of each binding of a class."""
    for binding in Binding.make_bindings(vars(kind)["BINDINGS"]):
        yield f"{kind.__name__}.{binding.action}"


def all_bindings() -> set[str]:
    """``Class.action`` of every binding there is."""
    return {name for kind in classes() for name in bindings_of(kind)}


def binding_of(node: object, action: object) -> str | None:
    """The binding that an action of a node belongs to; None when it is none of ours."""
    names = (name for kind in type(node).__mro__ if "BINDINGS" in vars(kind) for name in bindings_of(kind))
    return next((name for name in names if name.partition(".")[2] == action), None)


PRESSED: dict[str, tuple[str, ...]] = {
    "test_actions.test_any_signal_is_sent_by_its_name": ("SignalsScreen.take",),
    "test_actions.test_escape_changes_nothing": ("AgainScreen.dismiss",),
    "test_actions.test_nice_and_cores_reach_every_thread_and_are_recorded": ("CoresScreen.take",),
    "test_actions.test_the_mouse_picks_and_acts_and_the_main_process_is_named_in_the_question": (
        "Commands.nice(1)",
        "Commands.pick_all",
        "Commands.send('SIGTERM')",
    ),
    "test_actions.test_what_is_done_to_picked_processes_is_done_to_each_asked_once_and_recorded": (
        "Commands.pick",
        "Commands.suspend",
    ),
    "test_beside.test_a_deadlock_and_its_cure_beside_each_other_from_the_gallery": ("GalleryScreen.beside",),
    "test_beside.test_keys_act_on_the_side_that_has_the_focus": (
        "BesideScreen.again",
        "Commands.send('SIGKILL')",
        "StageScreen.beside",
    ),
    "test_bindings.test_dialogs_and_views_of_a_live_run_answer_their_keys": (
        "AgainScreen.run",
        "Commands.cores",
        "Commands.nice(-1)",
        "Commands.signals",
        "CoresScreen.all",
        "CoresScreen.dismiss",
        "CoresScreen.none",
        "Question.answer(False)",
        "SignalsScreen.dismiss",
        "SignalsScreen.move(-1)",
        "SignalsScreen.move(1)",
        "StageScreen.again_with",
        "Steering.pan_live(-0.5)",
        "Steering.pan_live(0.5)",
    ),
    "test_bindings.test_panes_are_walked_through_by_key": (
        "Findings.choose(-1)",
        "Findings.choose(1)",
        "Linked.along(-1)",
        "Linked.along(1)",
        "Linked.line(1)",
        "Log.line(-1000000000)",
        "Log.line(1)",
        "Log.newest",
        "Panel.scroll_rows(-1)",
        "Panel.scroll_rows(1)",
        "Player.tenth(10)",
        "Reader.turn(-1)",
        "Reader.turn(1)",
        "Resources.open",
        "Resources.row(-1)",
        "Resources.row(1)",
        "Source.follow",
        "Source.scroll_lines(-1)",
        "Source.scroll_lines(1)",
    ),
    "test_bindings.test_recordings_are_walked_through_and_what_differs_is_scrolled": (
        "BesideScreen.pane",
        "ExportScreen.close",
        "Figures.scroll(-1)",
        "Figures.scroll(1)",
        "GalleryScreen.recordings",
        "Partings.choose(-1)",
        "Partings.choose(1)",
        "PlaygroundApp.quit",
        "Recordings.choose(-1)",
        "Recordings.choose(1)",
        "Recordings.end(-1)",
        "Recordings.end(1)",
        "Recordings.order",
        "Recordings.page(-1)",
        "Recordings.page(1)",
        "Recordings.pick",
        "Recordings.turn",
        "RecordingsScreen.export",
        "RecordingsScreen.filter",
        "RecordingsScreen.read",
        "RecordingsScreen.variants",
        "Sheet.page(-1)",
        "Sheet.page(1)",
        "_Line.screen.back",
    ),
    "test_bindings.test_tenths_marks_and_parts_of_the_window": (
        "HelpScreen.dismiss",
        "MarksScreen.dismiss",
        "MarksScreen.turn(1)",
        "Player.mark(-1)",
        "Player.marks",
        "Player.move(1)",
        "Player.tenth(0)",
        "Player.tenth(1)",
        "Player.tenth(2)",
        "Player.tenth(4)",
        "Player.tenth(7)",
        "Player.tenth(9)",
        "PlaygroundApp.help",
        "Steering.zoom(-1)",
        "TooSmallScreen.app.quit",
        "Viewer.details",
    ),
    "test_bindings.test_the_gallery_is_walked_through_and_left_by_key": (
        "Form.app.focus_next",
        "Form.app.focus_previous",
        "GalleryScreen.app.quit",
        "GalleryScreen.run",
        "GalleryScreen.tab('lesson-tab')",
        "GalleryScreen.tab('source-tab')",
    ),
    "test_counters.test_a_counter_tells_what_is_lost_and_leads_to_its_details": (
        "Counters.open",
        "Counters.plot(-1)",
        "Counters.plot(1)",
        "Player.move(0.1)",
        "Steering.follow",
        "Viewer.maximise",
    ),
    "test_debugger.test_a_child_is_debugged_and_the_run_finishes": (
        "Answer.earlier(-1)",
        "Answer.earlier(1)",
    ),
    "test_debugger.test_letters_are_typed_until_escape_and_leaving_at_a_breakpoint_leaves_nothing": (
        "Answer.leave",
        "Debugger.answer",
        "StageScreen.debug",
    ),
    "test_debugger.test_the_lesson_dies_at_first_and_is_opened_by_running_it_again": ("StageScreen.again(True)",),
    "test_export.test_what_is_made_is_told_with_its_place_and_what_is_not_with_its_reason": (
        "ExportScreen.make",
        "ExportScreen.move(-1)",
        "ExportScreen.move(1)",
        "StageScreen.export",
    ),
    "test_gallery.test_a_topic_is_told_and_leads_to_its_scenarios": (
        "Along.select",
        "Catalogue.fold(False)",
        "Catalogue.fold(True)",
    ),
    "test_gallery.test_search_finds_titles_then_lessons_then_source_and_items_by_number": ("GalleryScreen.back",),
    "test_gallery.test_the_hint_for_the_first_start_is_put_away_for_good": ("GalleryScreen.hint_seen",),
    "test_gallery.test_the_variant_key_goes_through_the_variants": ("GalleryScreen.variant",),
    "test_gallery.test_topics_fold_and_the_first_scenario_is_where_to_start": ("Catalogue.fold_all",),
    "test_gallery.test_what_was_run_is_marked_and_the_next_one_is_proposed": (
        "GalleryScreen.next",
        "GalleryScreen.tab('board-tab')",
        "Verdicts.select",
    ),
    "test_gallery.test_where_no_process_can_be_started_the_gallery_opens_and_says_so": ("Catalogue.turn",),
    "test_live.test_freezing_stops_the_view_and_not_the_run": ("Commands.freeze",),
    "test_live.test_leaving_asks_while_processes_live_and_ends_them": (
        "Catalogue.select",
        "GalleryScreen.filter",
        "StageScreen.again",
        "_Filter.submit",
    ),
    "test_live.test_what_cannot_be_spawned_is_said": ("Commands.spawn",),
    "test_reader.test_a_finding_is_copied_and_leads_to_its_instant": (
        "Findings.go",
        "Reading.copy",
    ),
    "test_reader.test_a_line_of_the_log_leads_to_its_instant_and_process": (
        "Log.go",
        "Log.line(-1)",
    ),
    "test_reader.test_no_path_of_a_recording_is_opened": ("Reading.edit",),
    "test_reader.test_panels_are_hidden_shown_and_remembered": (
        "Board.hide",
        "Board.show_all",
        "Steering.order",
    ),
    "test_reader.test_the_log_is_filtered_and_says_so": (
        "Log.level",
        "Log.streams",
        "Log.whose",
    ),
    "test_reader.test_the_log_is_searched": (
        "Reader.search_done(True)",
        "Reading.find(-1)",
        "Reading.find(1)",
        "Reading.search",
    ),
    "test_recordings.test_a_run_that_goes_on_is_compared_with_a_recording_and_goes_on": (
        "Recordings.open",
        "StageScreen.compare",
    ),
    "test_recordings.test_both_variants_are_compared_by_one_key_and_parted_together": (
        "BesideScreen.align",
        "BesideScreen.compare",
        "BesideScreen.link",
        "Partings.go",
        "Player.step(1)",
        "RunScreen.leave",
        "Steering.pan(0.5)",
        "Steering.zoom(1)",
    ),
    "test_recordings.test_they_are_found_named_kept_and_deleted": (
        "Question.answer(True)",
        "Recordings.pick_all",
        "RecordingsScreen.back",
        "RecordingsScreen.delete",
        "RecordingsScreen.keep",
        "RecordingsScreen.rename",
        "_Line.submit",
    ),
    "test_recordings.test_two_that_are_pointed_out_are_compared_and_aligned_by_hand": ("RecordingsScreen.compare",),
    "test_from_a_run_to_a_report.test_from_a_run_of_yesterday_to_a_file_that_explains_it": ("BesideScreen.export",),
    "test_replay.test_what_was_before_the_window_of_a_long_run_is_one_key_away": ("StageScreen.before",),
    "test_replay.test_a_question_is_answered_and_its_answers_are_walked_through": (
        "Player.ask",
        "Player.hit(-1)",
        "Player.hit(1)",
        "Prompt.leave",
    ),
    "test_replay.test_a_section_gaps_and_kinds_of_marks_are_shown_on_the_bar": (
        "Player.gaps",
        "Player.kind",
        "Player.section",
        "Player.tenth(8)",
    ),
    "test_replay.test_bookmarks_are_set_listed_gone_to_changed_and_deleted": (
        "MarksScreen.delete",
        "MarksScreen.edit",
        "MarksScreen.turn(-1)",
        "Player.bookmark",
        "Player.tenth(3)",
        "Player.tenth(6)",
    ),
    "test_replay.test_events_of_the_selected_process_are_stepped_to": (
        "Player.step_of(-1)",
        "Player.step_of(1)",
    ),
    "test_replay.test_marks_go_to_the_finding": ("Player.mark(1)",),
    "test_replay.test_speed_and_direction": (
        "Player.play",
        "Player.reverse",
        "Player.speed(0)",
        "Player.speed(0.5)",
        "Player.speed(2)",
    ),
    "test_replay.test_steps_visit_events_and_come_back": (
        "Player.step(-1)",
        "Player.tenth(5)",
    ),
    "test_replay.test_tenths_ends_and_parts_of_the_window": (
        "Player.move(-0.1)",
        "Player.move(-1)",
    ),
    "test_replay.test_zoom_and_maximise": ("RunScreen.leave(True)",),
    "test_replay.test_the_source_shows_who_stands_where": (
        "Reading.pane",
        "Steering.select(-1)",
    ),
    "test_tables.test_a_click_on_a_title_orders_and_on_a_row_selects_and_resources_have_a_table_too": (
        "Resources.order",
        "Viewer.resources",
    ),
    "test_tables.test_many_processes_scroll_filter_and_tell_their_stack": (
        "Details.stack",
        "Reading.stack",
        "Steering.select(1)",
        "Viewer.back",
        "Viewer.words",
    ),
    "test_tables.test_names_in_the_waits_lead_to_processes_and_resources_by_mouse_and_by_key": (
        "Linked.go",
        "Linked.line(-1)",
    ),
    "test_timeline.test_links_are_drawn_where_they_happen": ("Steering.links",),
    "test_timeline.test_many_lanes_scroll_whichever_is_selected_and_ended_ones_fold_away": ("Steering.ended",),
    "test_timeline.test_zoom_pan_follow_and_cursor_by_key": (
        "Steering.cursor(-1)",
        "Steering.cursor(1)",
        "Steering.pan(-0.5)",
    ),
}
"""Test to the bindings that it presses; whoever does not press them fails."""

ELSEWHERE = {
    "GuardedApp.suspend_process": "test_terminal.test_however_it_ends_the_terminal_is_as_it_was",
    "Commands.interrupt": "test_terminal.test_ctrl_c_reaches_nobody_and_a_key_sends_it",
    "Player.interrupt": "test_terminal.test_a_replay_has_no_program_to_interrupt",
    "RunScreen.quit_now": "test_terminal.test_quitting_restores_the_terminal_and_ends_the_run",
}
"""Binding to the test that presses it in a terminal, where we cannot look on."""
