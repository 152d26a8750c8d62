"""The library: every trial file of a directory, read and linted."""

from functools import cache
from pathlib import Path

from leptobridge.trials.definition import Trial
from leptobridge.trials.document import TrialFault, TrialFileError, read_trial_file
from leptobridge.trials.lint import lint_trial

#: The reviewed trials that come with the package.
LIBRARY = Path(__file__).parent / "library"


def load_trials(directory: Path = LIBRARY) -> tuple[Trial, ...]:
    """The trials of ``directory`` (``*.yaml``), sorted by id.

    Raises :class:`TrialFileError` with the faults of all files: of form, of lint (errors; warnings are kept for
    :func:`leptobridge.trials.lint.lint_trial`), and where two files define one trial.
    """
    trials: dict[str, Trial] = {}
    faults: list[TrialFault] = []
    for path in sorted(directory.glob("*.yaml")):
        try:
            trial = read_trial_file(path)
        except TrialFileError as error:
            faults.extend(error.faults)
            continue
        faults.extend(
            TrialFault(path.name, finding.path, finding.message)
            for finding in lint_trial(trial)
            if finding.severity == "error"
        )
        if trial.id in trials:
            faults.append(TrialFault(path.name, "id", f"'{trial.id}' is defined by another file as well"))
        trials[trial.id] = trial
    if faults:
        raise TrialFileError(tuple(faults))
    return tuple(trials[name] for name in sorted(trials))


@cache
def library() -> tuple[Trial, ...]:
    """The trials that come with the package, read once."""
    return load_trials(LIBRARY)
