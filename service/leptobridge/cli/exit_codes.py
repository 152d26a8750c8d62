"""Exit codes of every command; ``leptobridge --help`` lists them."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What a script that calls a command has to tell apart."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    WITH_ISSUES = 3
    NOT_FOUND = 4


MEANINGS = {
    ExitCode.DONE: "done",
    ExitCode.FAILED: "failed: settings, database, network or a server's refusal; nothing more was done",
    ExitCode.USAGE: "the command line cannot be understood",
    ExitCode.WITH_ISSUES: "done, but something was refused or kept with issues; the report names it",
    ExitCode.NOT_FOUND: "what was asked for is not there",
}
