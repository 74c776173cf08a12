"""The lessons: ordinary multiprocessing scripts, one per file, sorted by topic."""

TOPICS = (
    "basics",
    "models",
    "starting",
    "channels",
    "sharing",
    "synchronisation",
    "pools",
    "lifecycle",
    "failures",
    "observing",
    "security",
    "classics",
    "questions",
)
"""The topics in the order in which they are best learned; each topic's package says what it is about, and its ORDER."""

RELATED: tuple[tuple[str, ...], ...] = (
    ("basics/hello", "synchronisation/print_storm", "observing/one_log_file"),
    ("basics/family_tree", "starting/start_methods", "lifecycle/orphans"),
    ("models/waiting_and_computing", "models/cores_used", "models/tug_of_war", "models/cluster"),
    ("models/one_counter", "sharing/lost_update", "models/asyncio_and_executors"),
    ("models/when_is_it_worth_it", "models/how_many_workers", "pools/pool_map", "lifecycle/affinity_and_nice"),
    ("starting/what_is_inherited", "synchronisation/global_semaphore", "sharing/array_and_pool"),
    ("starting/start_methods", "starting/missing_guard", "starting/fork_with_a_held_lock"),
    ("channels/queue_pipeline", "channels/join_before_get", "channels/changed_after_put", "channels/bounded_buffer"),
    ("channels/ping_pong", "channels/end_of_file", "channels/two_readers", "channels/two_writers"),
    ("channels/transports", "sharing/manager_list", "channels/ping_pong"),
    ("sharing/lost_update", "sharing/array_lanes", "sharing/manager_dict", "sharing/namespaces"),
    ("sharing/check_then_create", "sharing/aba", "channels/empty_lies"),
    ("sharing/array_lanes", "sharing/array_overflow", "classics/false_sharing"),
    ("sharing/large_data", "sharing/array_and_pool", "channels/transports"),
    ("synchronisation/two_locks_deadlock", "classics/dining_philosophers", "classics/livelock"),
    ("classics/cigarette_smokers", "classics/dining_philosophers", "pools/waiting_for_its_own_pool"),
    ("synchronisation/semaphore_throttle", "synchronisation/global_semaphore", "channels/bounded_buffer"),
    (
        "synchronisation/lost_wakeup",
        "classics/thundering_herd",
        "classics/sleeping_barber",
        "synchronisation/busy_wait",
    ),
    ("synchronisation/barrier_event_condition", "synchronisation/barrier_missing_party", "synchronisation/lost_wakeup"),
    ("classics/convoy", "classics/unfair_lock", "classics/readers_writers", "classics/priority_inversion"),
    ("classics/priority_inversion", "lifecycle/affinity_and_nice"),
    ("pools/lost_task", "pools/broken_executor", "failures/where_the_exception_goes"),
    ("pools/leaving_the_with_block", "lifecycle/terminate_kill_ask"),
    ("lifecycle/daemon_shutdown", "lifecycle/terminate_kill_ask", "lifecycle/orphans"),
    ("lifecycle/lock_holder_killed", "lifecycle/lock_holder_suspended", "channels/terminated_while_putting"),
    ("lifecycle/lock_holder_killed", "starting/fork_with_a_held_lock", "pools/lost_task"),
    ("lifecycle/process_states", "lifecycle/zombies", "failures/exit_codes"),
    ("lifecycle/left_behind", "lifecycle/terminate_kill_ask"),
    ("failures/exit_codes", "failures/where_the_exception_goes", "failures/swallowed_failure"),
    ("observing/silent_logger", "observing/one_log_file"),
    ("security/key_at_the_door", "security/on_the_wire", "sharing/manager_list"),
)
"""Scenarios that have to do with each other, across the topics: each of a group is a "see also" of the others."""

LEFT_OUT: dict[str, str] = {
    "S49": "the board: every verdict that you have seen so far, in the gallery and by `mp-playground board`",
}
"""Items that are no scenario, and why."""
