"""Mutation testing of the decision modules: which small faults in a rule would the tests in tests/clinical not see.

``python -m benchmarks.mutation --count 305 --seed 1`` takes a sample with the same number of mutants from each module,
runs the tests of the systems that the module serves on each, and prints the survivors and their share. Survivors that
change nothing anybody could see (``equivalent_mutants.txt``) are counted apart. The source on disk is never changed:
every mutant lives in a forked process that dies with it.
"""

import argparse
import math
import os
import random
import re
import signal
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType

import pytest

from benchmarks.mutants import CLINICAL, Mutant, mutants_of, trees

PACKAGE = "leptobridge.clinical"
TESTS = Path(__file__).parents[1] / "tests" / "clinical"
#: Processor seconds after which a mutant counts as seen: it no longer ends.
LIMIT_S = 10
PROCESSES = 1
OPTIONS = ("-x", "-q", "--noconftest", "-p", "no:cacheprovider", "--capture=no", "--tb=no", "--no-summary")
#: Tests that pin whole answers come first, they see most faults; random ones would make the figure a matter of luck.
FIRST, RANDOM = ("test_cases", "test_clinician_cases"), "test_rule_properties"


def readers_of(module: str) -> set[str]:
    """The module and the decision modules that read it, directly or through others."""
    sources = {name: (CLINICAL / f"{name}.py").read_text() for name in trees()}
    readers = {module}
    while more := {
        name
        for name in sources.keys() - readers
        if any(re.search(rf"clinical\.{part} import", sources[name]) for part in readers)
    }:
        readers |= more
    return readers


def tests_of(readers: set[str]) -> list[str]:
    """Test files that name one of the modules, or a system of theirs."""
    sources = "".join((CLINICAL / f"{part}.py").read_text() for part in readers)
    systems = re.findall(r'^    name="(\w+)"', sources, re.MULTILINE)
    named = re.compile("|".join([f'"{name}"' for name in systems] + [rf"clinical\.{part}\b" for part in readers]))
    files = [path for path in TESTS.glob("test_*.py") if path.stem not in (*FIRST, RANDOM)]
    named_files = sorted(str(path) for path in files if named.search(path.read_text()))
    return [*(str(TESTS / f"{name}.py") for name in FIRST), *named_files]


def start(mutant: Mutant, readers: set[str], tests: list[str]) -> int:
    """Run ``tests`` on the mutant in a process of its own; its id. It exits with 0 where the mutant survives."""
    if child := os.fork():
        return child
    source = mutant.source()
    original = SourceFileLoader.get_code

    def get_code(loader: SourceFileLoader, name: str) -> CodeType | None:
        mutated = name == f"{PACKAGE}.{mutant.module}"
        return compile(source, loader.path, "exec") if mutated else original(loader, name)

    setattr(SourceFileLoader, "get_code", get_code)  # noqa: B010
    for part in (*readers, "catalogue"):
        sys.modules.pop(f"{PACKAGE}.{part}", None)
        vars(sys.modules[PACKAGE]).pop(part, None)
    signal.setitimer(signal.ITIMER_PROF, LIMIT_S)
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
    try:
        os._exit(int(pytest.main([*OPTIONS, *tests])))
    finally:
        os._exit(1)


def survivors(sample: list[Mutant]) -> Iterator[Mutant]:
    """The mutants of which the tests notice nothing."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    for name in (f"{PACKAGE}.catalogue", "hypothesis"):  # what a child need not load again
        import_module(name)
    running: dict[int, Mutant] = {}
    waiting = list(sample)
    while waiting or running:
        while waiting and len(running) < PROCESSES:
            mutant = waiting.pop()
            readers = readers_of(mutant.module)
            running[start(mutant, readers, tests_of(readers))] = mutant
        child, status = os.wait()
        mutant = running.pop(child)
        if status == 0:
            yield mutant


def equivalents() -> frozenset[str]:
    """Names of the mutants that change nothing anybody could see."""
    lines = Path(__file__).with_name("equivalent_mutants.txt").read_text().splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def main() -> None:
    parser = argparse.ArgumentParser(description="Mutation testing of the decision modules")
    parser.add_argument("--count", type=int, default=305, help="mutants, the same number from each module")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    choice = random.Random(options.seed)
    sample: list[Mutant] = []
    for module in trees():
        every = mutants_of(module)
        sample += choice.sample(every, min(len(every), math.ceil(options.count / len(trees()))))
    same = equivalents()
    equivalent = unseen = 0
    for mutant in survivors(sample):
        if mutant.name in same:
            equivalent += 1
        else:
            unseen += 1
            print(f"line {mutant.line} of {mutant.name}", flush=True)
    print(f"{len(sample)} mutants of {len(trees())} modules, {equivalent} of them change nothing that can be seen")
    print(f"{unseen} survived: {unseen / (len(sample) - equivalent):.1%}")


if __name__ == "__main__":
    main()
