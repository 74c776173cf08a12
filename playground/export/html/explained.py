"""What findings are, for somebody who has never met them."""

KINDS = {
    "deadlock": "Each of these waits for something that only another of them could give, so none can ever go on.",
    "abandoned_lock": "Whoever held the lock has ended without giving it back. Nobody else can ever take it.",
    "stuck": "For a long time nothing moved at all, without a proof that nothing ever could.",
    "lost_update": "A process read the value, others changed it, and it then wrote back a result of what it had read. "
    "Their changes are gone.",
    "data_race": "Two processes touched the same value, at least one of them wrote, and nothing says who comes first. "
    "It went well this time and need not the next.",
    "lock_order": "Locks were taken in different orders by different processes. With other timing that is a deadlock.",
    "over_release": "A semaphore was given back more often than it was taken, so it lets in more than it should.",
    "lost_wakeup": "The signal came before anybody waited for it, and signals are not kept: the waiter sleeps on.",
    "broken_pool": "A worker of the pool ended abruptly, so the pool gives up what it still had to do.",
    "failed_initializer": "What each worker was to do first failed, so the worker ended and the pool gives up.",
    "lost_task": "A worker was killed in the middle of a task. The pool starts another worker, but not the task.",
    "unhandled_exception": "An error that nobody caught ended the process.",
    "killed": "A signal ended the process before it could tidy up.",
    "zombie": "The process has ended and nobody has asked how: its entry stays in the system's table.",
    "orphan": "The process that started it has ended, so nobody waits for it any more.",
    "leak": "Something in shared memory was made and never removed. It outlives the program.",
    "starvation": "One process waited far longer for the lock than the others, who took it again and again.",
    "convoy": "Everybody queues for the same lock and then moves one after the other: the work is no longer parallel.",
    "livelock": "Each of two holds what the other tries for, gives back and tries again: busy, and never further.",
    "unseen_error": "Tasks of a pool failed, and the program never asked for what became of them.",
    "dropped_tasks": "A pool was ended while it still had work; what was left was never done.",
    "empty_check": "A queue was asked whether something is in it. Between the answer and what was done about it "
    "others took it, or more came.",
    "doubled_output": "What was printed before a fork had not been written yet, so parent and child both wrote it.",
    "own_copy": "A process got a copy of what the program meant to share: what one does to it, no other process sees.",
    "no_target": "A process was started with nothing to do; its function was perhaps called instead of handed over.",
    "mixed_messages": "Several used one end of a pipe at once, and a message is more than one step: they come mixed.",
    "unrun_handler": "A child was to do something at its end and did not: it leaves without its atexit handlers.",
    "missing_guard": "The program starts processes when it is imported, which each started process does too.",
    "not_observed": "A part of the program could not be observed; what it did is not in this report.",
}
"""Kind of finding to what that means in general."""

ENDINGS = {
    "finished": "The program ran to its end.",
    "stuck": "Nothing could go on any more, so the run was ended.",
    "timeout": "The time that it was given was up.",
    "failed": "The program ended with an error.",
    "stopped": "Somebody ended the run.",
    "": "The recording ends before the run does.",
}
"""Outcome to a sentence."""

READING = (
    "Each row is one process, time runs from left to right. A solid bar is work; amber is work while a lock is held. "
    "A line is standing still: its shape and colour say what for. Below a bar stands what the process holds at that "
    "time. Rest the pointer on anything for the details."
)
"""How the timeline is read."""
