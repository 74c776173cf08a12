"""What a journal looks like in bytes: record kinds, the packed code word and the segment header.

Shared by the probe, which writes journals, and the collector, which reads them. Standard library
free on purpose: this module is imported in every observed process.

A record is 24 bytes, three native 8-byte words: code, value, time. The time (``monotonic_ns``) is
stored last and is the commit word: a record whose time is 0 has not been written. The code word
packs ``kind`` (bits 0-7), ``thread`` (8-19), ``resource`` (20-41) and ``site`` (42-63). All numbers in
it are local to the writing process; the text file beside the segments defines them before use.
"""

MAGIC = b"MPPJ"
VERSION = 1

RECORD = "=QqQ"
RECORD_SIZE = 24
SEGMENT_SIZE = 65536
# magic, version, pid, start ticks, sequence number, events dropped so far, offset of the first record
HEADER = "=4sIqQQQQ"
HEADER_SIZE = 64

THREAD_SHIFT, RESOURCE_SHIFT, SITE_SHIFT = 8, 20, 42
KIND_MASK, THREAD_MASK, RESOURCE_MASK, SITE_MASK = 0xFF, 0xFFF, 0x3FFFFF, 0x3FFFFF

_NOT_KINDS = set(globals())

# --- Kinds: a process's life. Values: see the comment of each. ----------------------------------
BEGAN = 1  # ppid; first record of every process
STARTING = 2  # text: name of the child about to be started
STARTED = 3  # pid of the child
START_FAILED = 4
EXITING = 5  # exit code about to be returned by the child's bootstrap
CHILD_ENDED = 6  # pid << 32 | (exit code & 0xFFFFFFFF); the parent reaped it
TERMINATE_SENT = 7  # pid; Process.terminate()
KILL_SENT = 8  # pid; Process.kill()
FORKED = 9  # pid; os.fork() in the parent
PROGRAM_STARTED = 13  # pid of another program that was started (subprocess)
BOOTED = 15  # a spawned child has everything that it was started with; its target is about to run
SIGNAL_SENT = 17  # signal << 32 | pid; os.kill() of another process, pid 0: of a whole group
LOGGED = 14  # text: "LEVEL logger: message", a record of the logging module
RAISED = 10  # text: traceback of an exception that nobody handled
MARK = 11  # text
REPORT = 12  # text: a sentence of the scenario with its measured number
MEASURED = 18  # text: "value unit label", a number to be compared with others of its unit
UNRUN = 19  # text: an atexit handler of its own that the child, which is about to leave, will not run
PATCH_FAILED = 16  # text: module and reason; what it does is not recorded

# --- Kinds: standing still ---------------------------------------------------------------------
WAITING = 20  # timeout_ns << 8 | operation; timeout 0 means none
WOKE = 21  # the wait ended, whatever came of it
TIMED_OUT = 22
JOINING = 23  # pid; without timeout
JOINING_TIMED = 24  # pid
JOINED = 25  # pid; the join returned, the child may live on if it was timed
SLEEPING = 26  # nanoseconds asked for
SLEPT = 27

# --- Kinds: semaphores, conditions, events, barriers ----------------------------------------------
CREATED = 30  # limit, size or initial value; of a pipe ONE_WAY, if it is
ACQUIRED = 31  # ACQUIRED_AGAIN when a condition's wait took its lock back; ACQUIRED_UNTRIED, see below
RELEASING = 32
TRY_FAILED = 33  # a non-blocking acquire got nothing
SETTING = 34
CLEARING = 35
NOTIFYING = 36  # how many
BROKEN = 37  # a barrier broke
CLOSED = 38
RELEASE_FAILED = 39  # the RELEASING just before it raised: nothing was released

# --- Kinds: channels ------------------------------------------------------------------------------
PUTTING = 40
GOT = 41
SENDING = 42  # bytes
SENT = 43  # bytes
RECEIVED = 44  # bytes
TASK_DONE = 45
EOF = 46
ATTACHED = 47  # bytes; an existing shared memory block was opened
UNLINKING = 48  # a shared memory block's name is about to be removed
PUT_FAILED = 49  # the PUTTING just before it raised: nothing was put

# --- Kinds: shared values. The value read or written; floats as their bits (the typecode tells). --
READ = 50
WROTE = 51
ITEM_READ = 52  # the site field holds the index
ITEM_WROTE = 53
OVERWROTE = 54  # text of a manager's server: writer's pid, other's pid, lost, writes, ns since read, flag, item=value

# --- Kinds: questions, output -----------------------------------------------------------------------
LOOKED = 55  # a queue was asked whether something is in it, and said so (1) or not (0)
DOUBLED = 56  # text: how many bytes were in stdout's buffer when os.fork made this process, and their first line;
# it is about to write them
COPIED = 57  # text: "name type count": what this child has a copy of; items that it has put into it, or 0
NO_TARGET = 58  # text: name of a child that is about to be started and has nothing to do

# --- Kinds: pools. Values: job << 32 | number ------------------------------------------------------
SUBMITTED = 60  # number = how many tasks; of a job whose tasks are made one by one, 0 and a second record at the end
TASK_STARTED = 61  # number = chunk
TASK_ENDED = 62
RESULT = 63  # in the submitting process: number = how many results have come with this one; 0: cancelled or failed
CALLBACK = 64  # a callback is about to run
POOL_BROKEN = 65  # an executor will take no more: a worker ended abruptly
POOL_ENDING = 66  # close, terminate or shutdown was called
TASK_FAILED = 67  # text, 0 but for a pool's first, without job: in the submitting process, an error came as a result
ERROR_SEEN = 68  # somebody asked for a result that is an error, or a callback got it
POOL_LEFT = 69  # a `with` block has terminated its pool, the workers too: jobs whose result never came and nobody had
# waited for; in the upper half those of them that come to nothing even if the workers have done all tasks
INITIALIZER_RAISED = 70  # text, without job: in a worker of an executor, name of the function, then the traceback

# --- Kinds from 100 on are written by the observer, never by a probe -------------------------------
SUSPENDED = 100  # SIGSTOP took effect
RESUMED = 101
INSPECTED = 102  # ord() of the kernel's state letter, plus the INSPECTED_ flags; still for 50 ms or more
REAPED = 103  # exit status as subprocess gives it: negative is a signal
VANISHED = 104  # gone; its exit status is unknown if nothing else told it
ACTION = 105  # text: what the person did, on this process
STDOUT = 106  # text: one line of output
STDERR = 107  # text
SAMPLE_CPU = 108  # hundredths of a per cent of one core
SAMPLE_RSS = 109  # bytes
SAMPLE_THREADS = 110
RUN_ENDED = 111  # outcome << 32 | (exit code & 0xFFFFFFFF); outcome as in OUTCOMES
NOTICE = 112  # text: something the observer must say (drops, limits)
ZOMBIE = 113  # exit status; it has ended and its parent has not reaped it yet
SIGHTED = 114  # the observer has met it, and it has yet to speak
BLOCKED = 115  # a thread sleeps in a system call: operation | BLOCKED_ flags; the site field numbers what it waits for
UNBLOCKED = 116  # it no longer does
WAKER = (
    117  # the process might end waits for what the site field numbers, at the same instant; 1: somebody outside might
)
SAMPLED = 118  # value of a raw_value read from outside
SPOTTED = 121  # operation or 0: the observer saw a thread on this line
ITEM_SAMPLED = 119  # the same of an item of a raw_array; the site field holds the index
SAMPLE_NICE = 124  # when it has changed
SAMPLE_AFFINITY = 125  # a bit for each core it may use, or minus their number if there are too many; 0: as the observer
HELD = 126  # HELD_...: whether a process has this lock, as the observer has read in its memory
LEFT_BEHIND = 120  # text: a name in shared memory that was still there when the last process had ended by itself
DROPPED = 122  # count << 8 | kind; so many events were not looked at one by one. Kind 0: in all, else of a resource
LOST = 123  # so many events were not recorded, since the observer was too far behind: nobody knows what they were

NAMES = {number: name for name, number in list(globals().items()) if type(number) is int and name not in _NOT_KINDS}
"""Kind number to its name, for people and for recordings of other programs."""

TEXT_KINDS = frozenset(
    {
        STARTING,
        RAISED,
        TASK_FAILED,
        INITIALIZER_RAISED,
        OVERWROTE,
        UNRUN,
        DOUBLED,
        COPIED,
        NO_TARGET,
        MARK,
        REPORT,
        MEASURED,
        LOGGED,
        PATCH_FAILED,
        ACTION,
    }
    | {STDOUT, STDERR, NOTICE, LEFT_BEHIND}
)

WHOLE_GROUP = 0
"""Stands for a pid in SIGNAL_SENT: the signal went to a group of processes, nobody knows to whom."""

HELD_NO_MORE, HELD_BY_MAIN = 0, 1
"""Of HELD: the process has the lock no more; it has it, and its main thread is the only one."""
HELD_BY_NOBODY = 2
"""Of HELD: none of the processes that are left has the lock, and yet it is not free."""
HELD_BY_A_THREAD = 3
"""Of HELD: the process has the lock, and it is not known which of its threads."""
STILL_NS = 50_000_000
"""A process is still when it has recorded nothing for so long and the kernel says that it sleeps."""
ACQUIRED_TRYING = 4
"""Flag of ACQUIRED: the attempt would have given up, at once or after some time."""
INSPECTED_LAST = 1 << 8
"""This row is the last of one look at all processes of the run."""
INSPECTED_TIMER = 1 << 9
"""The process handles a timer's signal, so that it may go on by itself."""
INSPECTED_HANDLER = 1 << 10
"""The process handles some other signal, so that whoever can go on may wake it."""
INSPECTED_CALLED = 1 << 11
"""It was not started here and handles a signal that means what it likes: somebody outside may send that."""

BLOCKED_SUBJECT = 16
"""Shift of the pid whose end is waited for, above the flags; 0 when it is none or not one alone."""
BLOCKED_TIMED = 1 << 8
"""The call ends by itself after some time."""
BLOCKED_KNOWN = 1 << 9
"""The WAKER rows of the same instant name everybody who might end the wait; without it nobody can say."""

DROPPED_COUNT = 8
"""Shift of the count in DROPPED; of PUTTING it is by how much the depth has changed."""

ONE_WAY = 1
"""Of CREATED: messages go through this pipe in one direction."""

ACQUIRED_AGAIN = 1
"""A condition's wait took its lock back."""
ACQUIRED_UNTRIED = 2
"""A manager's lock, which cannot be tried first: the WAITING before it tells of no contention."""

OUTCOMES = ("finished", "stuck", "timeout", "failed", "stopped")

# --- Operations of WAITING ----------------------------------------------------------------------
OPERATIONS = (
    "",
    "acquire",
    "put",
    "get",
    "send",
    "recv",
    "join",
    "notify",
    "barrier",
    "event",
    "result",
    "flush",
    "poll",
    "call",  # a manager's proxy waits for the answer
    "accept",  # a listener waits for a client
    "submit",
    "child",  # waitpid; the kernel's word, like all that follow
    "thread",  # a lock or the end of a thread within the process
    "select",  # any of several descriptors
    "read",
    "write",
    "socket",
    "file_lock",
    "semaphore",
    "pause",  # a signal
    "system",  # some other call
    "sleep",
    "debug",  # the person at the debugger; the program's word
)
(
    _,
    OP_ACQUIRE,
    OP_PUT,
    OP_GET,
    OP_SEND,
    OP_RECV,
    OP_JOIN,
    OP_NOTIFY,
    OP_BARRIER,
    OP_EVENT,
    OP_RESULT,
    OP_FLUSH,
    OP_POLL,
    OP_CALL,
    OP_ACCEPT,
    OP_SUBMIT,
    OP_CHILD,
    OP_THREAD,
    OP_SELECT,
    OP_READ,
    OP_WRITE,
    OP_SOCKET,
    OP_FILE_LOCK,
    OP_SEMAPHORE,
    OP_PAUSE,
    OP_SYSTEM,
    OP_SLEEP,
    OP_DEBUG,
) = range(len(OPERATIONS))

# Threads: 0 is "not recorded" and is taken as the main thread, 1 is the main thread.
MAIN_THREAD = 1

NOTHING_OBSERVED = "the program (its interpreter does not load the probe, as with -I or -E, or it can write nowhere)"
"""What a PATCH_FAILED of the observer says when no process of a run has spoken."""
