"""Rows of a CSV file, in flat memory: encoding and delimiter are found out."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TextIO

from bot.trainings.importers.files import UnreadableCatalogue, is_utf8
from bot.trainings.importers.progress import Progress

WRONG: Final = "wrong"
"""Key of a row that cannot be read, with the reason."""
_EXTRA: Final = "extra cells"
_CUT_OFF: Final = "unexpected end of data"
"""What the csv module says of a text in quotes that the end of the file cuts."""
_HEAD: Final = 65_536


@dataclass(frozen=True, kw_only=True)
class Table:
    """A CSV file; names of columns are in lower case."""

    path: Path
    encoding: str
    delimiter: str
    columns: tuple[str, ...]

    def rows(self, *, progress: Progress) -> Iterator[dict[str, str]]:
        """Each row by column, cells stripped; UnreadableCatalogue when the file is cut."""
        try:
            with self.path.open(encoding=self.encoding, newline="") as file:
                lines = _lines(file, progress)
                next(csv.reader(lines, delimiter=self.delimiter, strict=True), None)
                yield from self._rows(
                    csv.DictReader(
                        lines,
                        fieldnames=self.columns,
                        delimiter=self.delimiter,
                        restkey=_EXTRA,
                        strict=True,
                    )
                )
        except OSError as error:
            raise UnreadableCatalogue(f"{self.path}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise UnreadableCatalogue(f"{self.path}: neither UTF-8 nor Windows-1252") from error

    def _rows(self, reader: "csv.DictReader[str]") -> Iterator[dict[str, str]]:
        short: dict[str, str] | None = None  # may be the last row, cut
        while True:
            try:
                row: dict[Any, Any] = next(reader)
            except StopIteration:
                break
            except csv.Error as error:
                if str(error) == _CUT_OFF:
                    raise UnreadableCatalogue(
                        f"{self.path}: ends in the middle of a text in quotes"
                    ) from error
                row = {WRONG: str(error)}
            if short is not None:
                yield short
                short = None
            if _EXTRA in row:
                row = {WRONG: "more cells than the header: put a text with delimiters in quotes"}
            cells = {name: (cell or "").strip() for name, cell in row.items()}
            if None in row.values():
                short = cells
            else:
                yield cells
        if short is not None:
            if not _ends_with_a_line(self.path):
                raise UnreadableCatalogue(f"{self.path}: ends in the middle of a line")
            yield short


def read_table(path: Path) -> Table:
    """The header of a file; UnreadableCatalogue when it is no table."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise UnreadableCatalogue(f"{path}: {error.strerror}") from error
    if b"\0" in head or not head.strip():
        raise UnreadableCatalogue(f"{path}: not a CSV file")
    encoding = "utf-8-sig" if is_utf8(path) else "cp1252"
    text = head.decode(encoding, errors="ignore").lstrip()
    delimiter = max(";,\t", key=text.partition("\n")[0].count)
    try:
        header = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise UnreadableCatalogue(f"{path}: {error}") from error
    return Table(
        path=path,
        encoding=encoding,
        delimiter=delimiter,
        columns=tuple(name.strip().lower() for name in header),
    )


def _lines(file: TextIO, progress: Progress) -> Iterator[str]:
    """The lines from the first that is not blank on."""
    blank = True
    for line in file:
        progress(len(line))
        blank = blank and not line.strip()
        if not blank:
            yield line


def _ends_with_a_line(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, io.SEEK_END)
        return file.read(1) in b"\r\n"
