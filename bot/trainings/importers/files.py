"""What kind of file a catalogue is, whatever its name says, and in which encoding it is written."""

import codecs
import re
from enum import StrEnum
from pathlib import Path
from typing import Final

from bot.errors import DeclicError

_HEAD: Final = 4096
_BLOCK: Final = 1 << 16
_ARCHIVES: Final = (
    (b"PK\x03\x04", "a zip archive or a workbook: extract it, or save it as CSV"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\x1f\x8b", "a gzip archive: extract it first"),
    (b"BZh", "a bzip2 archive: extract it first"),
    (b"7z\xbc\xaf", "a 7z archive: extract it first"),
    (b"Rar!", "a rar archive: extract it first"),
    (b"\xd0\xcf\x11\xe0", "an old workbook: save it as CSV"),
    (b"%PDF", "a PDF file"),
)
_HTML: Final = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_BEFORE_ROOT: Final = ((b"<?", b"?>"), (b"<!--", b"-->"))
_DECLARED: Final = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")


class UnreadableCatalogue(DeclicError):
    """A file that is no catalogue at all: nothing of it is imported."""

    code = "catalogue_file"


class Format(StrEnum):
    """Formats in which catalogues come."""

    LHEO = "lheo"
    CSV = "csv"


def detect(path: Path) -> Format:
    """The format of a file, by its content; UnreadableCatalogue when it is none that is known."""
    head = _head(path).removeprefix(codecs.BOM_UTF8).lstrip()
    if not head:
        raise UnreadableCatalogue(f"{path}: empty")
    for start, what in _ARCHIVES:
        if head.startswith(start):
            raise UnreadableCatalogue(f"{path}: {what}")
    if _HTML.match(_from_root(head)):
        raise UnreadableCatalogue(
            f"{path}: a web page, perhaps an error page; see docs/catalogue.md"
        )
    if head.startswith((b"<", codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Format.LHEO
    if head.startswith((b"{", b"[")):
        raise UnreadableCatalogue(f"{path}: JSON, which is not read; see docs/catalogue.md")
    return Format.CSV


def xml_encoding(path: Path) -> str | None:
    """The encoding to impose on an XML file that declares a wrong one; None when it is right."""
    head = _head(path)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return None
    found = _DECLARED.match(head.removeprefix(codecs.BOM_UTF8))
    declared = found[1].decode("ascii").lower() if found else "utf-8"
    if declared in ("utf-8", "utf8"):
        return None if is_utf8(path) else "windows-1252"
    if declared.startswith(("iso-8859", "windows-125", "latin")):
        return "utf-8" if is_utf8(path) else None
    return None


def is_utf8(path: Path) -> bool:
    """Whether the whole file is UTF-8 (ASCII included); a character cut by the end is."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                decoder.decode(block)
    except UnicodeDecodeError:
        return False
    except OSError as error:
        raise UnreadableCatalogue(f"{path}: {error.strerror}") from error
    return True


def _from_root(head: bytes) -> bytes:
    """The head without the declaration and the comments that come before the first element."""
    while opening := next((pair for pair in _BEFORE_ROOT if head.startswith(pair[0])), None):
        _, end, head = head.partition(opening[1])
        head = head.lstrip() if end else b""
    return head


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_HEAD)
    except OSError as error:
        raise UnreadableCatalogue(f"{path}: {error.strerror}") from error
