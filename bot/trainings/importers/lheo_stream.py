"""The training records of an LHEO file, one at a time, in flat memory.

Neither DTD, nor entities of the file's own, nor network: what a file declares is refused.
"""

import html.entities
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from lxml import etree

from bot.trainings.importers.files import UnreadableCatalogue, xml_encoding
from bot.trainings.importers.progress import Progress

ROOTS: Final = frozenset(("lheo", "lheo-index", "lheo-plus"))
RECORDS: Final = frozenset(("formation", "resume-offre"))
_PASSED: Final = frozenset(("resume-organisme", "organisme-formation-responsable"))
"""Lists that stand beside the records in index files and lheo-plus: not read, and not kept."""
_LARGEST_RECORD: Final = 16 << 20
"""Bytes of file without the end of a record after which it is no catalogue."""
_LONGEST_NAME: Final = 32

_NAMED: Final = re.compile(
    rb"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,%d});" % _LONGEST_NAME
)


class _File:
    """Reads for the parser; names of HTML characters such as &eacute; become numbers."""

    def __init__(self, file: BinaryIO, *, path: Path, progress: Progress) -> None:
        self._file = file
        self._path = path
        self._progress = progress
        self._held = b""
        self.since_record = 0

    def read(self, size: int = -1, /) -> bytes:
        if self.since_record > _LARGEST_RECORD:
            raise UnreadableCatalogue(
                f"{self._path}: no end of a training within {_LARGEST_RECORD >> 20} MiB"
            )
        block = self._file.read(size)
        self._progress(len(block))
        self.since_record += len(block)
        if not block:
            held, self._held = self._held, b""
            return held
        block = self._held + block
        self._held = b""
        start = block.rfind(b"&", -_LONGEST_NAME - 2)
        if start > 0 and b";" not in block[start:]:
            block, self._held = block[:start], block[start:]
        return _NAMED.sub(_as_number, block) if b"&" in block else block


def _as_number(match: re.Match[bytes]) -> bytes:
    characters = html.entities.html5.get(f"{match[1].decode('ascii')};")
    if characters is None:
        return match[0]
    return "".join(f"&#{ord(character)};" for character in characters).encode("ascii")


def records(path: Path, *, progress: Progress) -> Iterator[etree._Element]:
    """Each ``formation`` or ``resume-offre``, emptied when the next one is asked for.

    UnreadableCatalogue, in one line, for a file that is not LHEO, is cut, or is not well-formed.
    """
    encoding = xml_encoding(path)
    try:
        with path.open("rb") as file:
            yield from _records(_File(file, path=path, progress=progress), path, encoding)
    except OSError as error:
        raise UnreadableCatalogue(f"{path}: {error.strerror}") from error
    except etree.XMLSyntaxError as error:
        reason = " ".join(str(error.msg).split())
        raise UnreadableCatalogue(f"{path}: cut, or not well-formed XML: {reason}") from error


def _records(file: _File, path: Path, encoding: str | None) -> Iterator[etree._Element]:
    context = etree.iterparse(
        file,
        events=("end",),
        tag=[f"{{*}}{name}" for name in (*ROOTS, *RECORDS, *_PASSED)],
        encoding=encoding,
        huge_tree=False,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
    )
    checked = False
    for _, element in context:
        if not checked:
            _check_root(element, path)
            checked = True
        name = local_name(element)
        if name in RECORDS:
            file.since_record = 0
            yield element
            _forget(element)
        elif name in _PASSED and not _is_in_record(element):
            _forget(element)
    if not checked:
        raise UnreadableCatalogue(f"{path}: XML, but not LHEO")


def local_name(element: etree._Element) -> str:
    """Name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def _check_root(element: etree._Element, path: Path) -> None:
    tree = element.getroottree()
    if local_name(tree.getroot()) not in ROOTS:
        raise UnreadableCatalogue(f"{path}: XML, but not LHEO")
    dtd = tree.docinfo.internalDTD
    if dtd is not None and any(True for _ in dtd.iterentities()):
        raise UnreadableCatalogue(f"{path}: declares entities, which no LHEO file needs")


def _is_in_record(element: etree._Element) -> bool:
    parent = element.getparent()
    return parent is not None and local_name(parent) in RECORDS


def _forget(element: etree._Element) -> None:
    """Free an element that was read, and those before it."""
    element.clear()
    parent = element.getparent()
    if parent is not None:
        while element.getprevious() is not None:
            del parent[0]
