"""Let coverage lead the fuzzing of everything that reads input (atheris, libFuzzer's Python face).

    pip install atheris      (on Linux; no dependency of ours)
    python bench/fuzz_atheris.py -runs=1000000
    python bench/fuzz_atheris.py -runs=1000000 -seed=7 corpus/

Half of the inputs are a YAML file, byte for byte; in the other half the bytes are the choices of
`fuzz_input.Fuzzer`, so that what is reached depends on them. libFuzzer stops at the first
exception that is not the tracker's own, and leaves the input that caused it in a file.
"""

import random
import sys
import tempfile
from pathlib import Path
from typing import Any, Self

import atheris

with atheris.instrument_imports(include=["tracker"]):
    from bench.fuzz_input import YAML, Fuzzer
    from tracker.errors import TrackerError
    from tracker.exchange.predictions import read

_DOUBLE_BITS = 53


class _Led(random.Random):
    """A chance that the fuzzer decides; where its bytes end, the first of every choice.

    Args:
        given: where the decisions come from.
    """

    def __new__(cls, *_: object) -> Self:
        """Make one; the bytes are no seed."""
        return super().__new__(cls)

    def __init__(self, given: Any) -> None:  # noqa: ANN401 - atheris has no types
        super().__init__()
        self._given = given

    def random(self) -> float:
        """Return a fraction from 0 up to but without 1."""
        return self.getrandbits(_DOUBLE_BITS) / float(1 << _DOUBLE_BITS)

    def getrandbits(self, k: int, /) -> int:
        """Return a whole number of so many bits."""
        number: int = self._given.ConsumeIntInRange(0, (1 << k) - 1)
        return number


def one(data: bytes) -> None:
    """Feed one input; only the tracker's own errors may come of it."""
    try:
        if data[:1] < b"\x80":
            read(data[1:], name="f")
        else:
            _, reader, content = Fuzzer(_Led(atheris.FuzzedDataProvider(data[1:]))).one()
            reader(content)
    except TrackerError as error:
        str(error)


def main() -> None:
    """Fuzz from valid examples, and from those in the folders given."""
    seeds = Path(tempfile.mkdtemp(prefix="seeds-"))
    (seeds / "yaml").write_bytes(b"\x00" + YAML)
    chance = random.Random(1)  # noqa: S311 - to be repeatable
    for number in range(64):
        (seeds / str(number)).write_bytes(b"\xff" + chance.randbytes(160))
    atheris.Setup([*sys.argv, str(seeds)], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
