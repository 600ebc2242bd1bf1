"""The same sources make the same book, to the byte, wherever and by whomever it is built."""

import gzip
import shutil

from built import ROOT, build

EPOCH = "1700000000"


def files(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_two_builds_are_the_same_to_the_byte(copy, tmp_path, drawn):
    settings = {"SOURCE_DATE_EPOCH": EPOCH, "SITE_URL": "https://book.example/"}
    code, output = build(ROOT, tmp_path / "first", PYTHONHASHSEED="1", **settings)
    assert code == 0, output
    shutil.rmtree(copy.root / "build" / "fonts")  # what one build keeps for the next
    code, output = copy.build(PYTHONHASHSEED="2", **settings)
    assert code == 0, output
    first, second = files(tmp_path / "first"), files(copy.root / "site")
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []
    assert b"<lastmod>2023-11-14</lastmod>" in gzip.decompress(first["sitemap.xml.gz"])


def test_no_file_knows_where_it_was_built(site):
    places = [str(ROOT), str(site), ROOT.as_posix(), site.as_posix()]
    traces = [name for name, content in files(site).items() for place in places if place.encode() in content]
    assert traces == []
