"""Which encoding a text file has, decided over its whole length before anything of it is used."""

import codecs
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from nexus_commerce.contrib.importexport.problems import UnreadableFile

__all__ = ["Encoding", "detect_encoding"]

CHUNK: Final = 1 << 16
SAVE_AS_UTF8: Final = "Save it as CSV in UTF-8 and try again."


@dataclass(frozen=True, slots=True)
class Encoding:
    """The name of a codec; ``remark`` says what the reader should know of how it was found."""

    codec: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class BadByte:
    """The first byte that does not fit a codec: its offset from 0, its line from 1, its value, and whether text
    other than ASCII stood before it."""

    offset: int
    line: int
    value: int
    after_other_text: bool

    def __str__(self) -> str:
        return f"byte 0x{self.value:02X} at offset {self.offset} (line {self.line})"


def detect_encoding(path: Path) -> Encoding:
    """Find the encoding of a file: UTF-8 with or without a byte order mark, UTF-16 with one, else Windows-1252.

    Windows-1252 is the answer only where no UTF-8 stands before the first byte that is not UTF-8: a UTF-8 file with
    one damaged byte would otherwise be read wrongly throughout. Raises ``UnreadableFile`` naming the byte and line.
    """
    with path.open("rb") as file:
        head = file.read(4)
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise UnreadableFile(reason="The file is in UTF-32.", cure=SAVE_AS_UTF8, line=None)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _must_be(path, "utf-16")
    if head.startswith(codecs.BOM_UTF8):
        return _must_be(path, "utf-8-sig")
    bad = first_bad_byte(path, "utf-8")
    if bad is None:
        return Encoding("utf-8")
    if bad.after_other_text or first_bad_byte(path, "cp1252"):
        raise UnreadableFile(reason=f"The file is not valid UTF-8: {bad}.", cure=SAVE_AS_UTF8, line=bad.line)
    return Encoding("cp1252", f"The file is not UTF-8 ({bad}); it was read as Windows-1252. Look at its accents.")


def _must_be(path: Path, codec: str) -> Encoding:
    bad = first_bad_byte(path, codec)
    if bad:
        name = codec.removesuffix("-sig").upper()
        reason = f"The file begins as {name} and then is not: {bad}."
        raise UnreadableFile(reason=reason, cure=SAVE_AS_UTF8, line=bad.line)
    return Encoding(codec)


def first_bad_byte(path: Path, codec: str) -> BadByte | None:
    """Return the first byte of the file that ``codec`` cannot decode, reading in chunks."""
    decoder = codecs.getincrementaldecoder(codec)()
    read, lines, other_text = 0, 1, False
    with path.open("rb") as file:
        while True:
            chunk = file.read(CHUNK)
            held = len(decoder.getstate()[0])
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as exc:
                before = exc.object[: exc.start].decode(codec.removesuffix("-sig"), "ignore")
                return BadByte(
                    offset=read - held + exc.start,
                    line=lines + before.count("\n"),
                    value=exc.object[exc.start],
                    after_other_text=other_text or not before.isascii(),
                )
            if not chunk:
                return None
            read += len(chunk)
            lines += text.count("\n")
            other_text = other_text or not text.isascii()
