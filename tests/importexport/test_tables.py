import csv
from pathlib import Path

import pytest

from nexus_commerce.contrib.importexport.problems import UnreadableFile
from nexus_commerce.contrib.importexport.tables import Limits, Row, Table, open_table

LIMITS = Limits()
TEXT = "Handle,Title\nmug,Café\npot,Größe\n"


def write(path: Path, data: bytes | str) -> Path:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def read(path: Path, limits: Limits = LIMITS) -> tuple[Table, list[Row]]:
    with open_table(path, limits=limits) as table:
        return table, list(table.rows)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-bom", "utf-16-be-bom"])
def test_reads_every_encoding_that_names_itself(tmp_path: Path, codec: str) -> None:
    bom = {"utf-16-le-bom": b"\xff\xfe", "utf-16-be-bom": b"\xfe\xff"}.get(codec, b"")
    path = write(tmp_path / "a.csv", bom + TEXT.encode(codec.removesuffix("-bom")))

    table, rows = read(path)

    assert table.header == ["Handle", "Title"]
    assert rows == [Row(2, ["mug", "Café"]), Row(3, ["pot", "Größe"])]
    assert table.remark == ""


def test_falls_back_to_windows_1252_and_says_so(tmp_path: Path) -> None:
    table, rows = read(write(tmp_path / "a.csv", TEXT.encode("cp1252")))

    assert rows[0].cells == ["mug", "Café"]
    assert "byte 0xE9 at offset 20 (line 2)" in table.remark
    assert "Windows-1252" in table.remark


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param("Handle,Title\nmug,Café\n".encode() + b"pot,\xe9\n", "byte 0xE9 at offset 27 (line 3)", id="mix"),
        pytest.param(b"Handle,Title\nmug,\x81\n", "byte 0x81 at offset 17 (line 2)", id="neither"),
        pytest.param(b"\xef\xbb\xbfHandle\n\xff\n", "begins as UTF-8 and then is not: byte 0xFF", id="bom-utf-8"),
        pytest.param(b"\xff\xfeH\0a\0n\0\n\0x", "begins as UTF-16 and then is not", id="odd-utf-16"),
        pytest.param(b"\xff\xfeH\0\x00\xd8a\0", "begins as UTF-16 and then is not", id="lone-surrogate"),
        pytest.param("Handle,Title\nmug,x\n".encode("utf-32"), "UTF-32", id="utf-32"),
        pytest.param("Handle,Title\nmug,x\n".encode("utf-16-le"), "UTF-16 without a byte order mark", id="no-bom"),
        pytest.param("", "empty", id="empty"),
        pytest.param("\n\n  \n", "empty", id="blank"),
        pytest.param('Handle,Title\nmug,"never closed\nand on\n', "line 2 is not valid CSV", id="open-quote"),
        pytest.param('Handle,Title\nmug,"a"b\n', "line 2 is not valid CSV", id="text-after-quote"),
    ],
)
def test_refuses_what_it_cannot_read_and_says_where(tmp_path: Path, data: bytes | str, reason: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        read(write(tmp_path / "a.csv", data))

    assert reason in str(caught.value)
    assert caught.value.params["cure"]


def test_a_character_may_lie_across_the_chunks_that_are_checked(tmp_path: Path) -> None:
    text = "Handle,Title\nmug," + "x" * (65536 - 18) + "é\n"
    _, rows = read(write(tmp_path / "a.csv", text))

    assert rows[0].cells[1].endswith("xé")


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_counts_lines_over_cells_that_span_several(tmp_path: Path, newline: str) -> None:
    text = newline.join(["Handle,Title", 'mug,"two', 'lines"', "", "pot,one", ""])
    _, rows = read(write(tmp_path / "a.csv", text))

    assert [row.line for row in rows] == [2, 5]
    assert rows[0].cells[1] == f"two{newline}lines"


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_finds_the_delimiter_that_a_spreadsheet_chose(tmp_path: Path, delimiter: str) -> None:
    _, rows = read(write(tmp_path / "a.csv", TEXT.replace(",", delimiter)))

    assert rows[0].cells == ["mug", "Café"]


@pytest.mark.parametrize("formula", ["=1+1", "=HYPERLINK(A1)", "+49", "-3", "@SUM(A1)"])
def test_formulas_stay_text(tmp_path: Path, formula: str) -> None:
    _, rows = read(write(tmp_path / "a.csv", f'Handle,Title\nmug,"{formula}"\n'))

    assert rows[0].cells[1] == formula


@pytest.mark.parametrize(
    ("limits", "text", "reason"),
    [
        (Limits(file_bytes=20), TEXT, "at most 20 are read"),
        (Limits(rows=1), TEXT, "more than 1 rows"),
        (Limits(columns=2), TEXT + "a,b,c\n", "Line 4 has 3 columns"),
        (Limits(cell=10), "Handle,Title\nmug," + "x" * 11 + "\n", "line 2 has more than 10 characters"),
        (Limits(cell=100), "Handle,Title\nmug," + "x" * 400 + "\n", "Line 2 is longer than 400 characters"),
    ],
)
def test_limits_name_the_place(tmp_path: Path, limits: Limits, text: str, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        read(write(tmp_path / "a.csv", text), limits)


def test_a_file_that_is_not_there_is_a_plain_answer(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="There is no file"):
        read(tmp_path / "none.csv")


def test_leaves_the_limit_of_the_csv_module_as_it_was(tmp_path: Path) -> None:
    before = csv.field_size_limit()
    read(write(tmp_path / "a.csv", TEXT))

    assert csv.field_size_limit() == before
