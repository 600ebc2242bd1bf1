"""The page "Check your own notes" does what it says: its example is run as it stands there."""

import fnmatch
import re
from pathlib import Path

import pytest

from eqcheck.command import main

PAGE = (Path(__file__).parents[2] / "docs" / "your_notes.md").read_text(encoding="utf-8")
NOTES = re.search(r"````markdown\n(.*?)````", PAGE, re.DOTALL)[1]
RUNS = re.findall(r"```console\n\$ eqcheck (.*?)\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def notes(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "notes.md"
    path.write_text(NOTES, encoding="utf-8")
    return path


def test_the_first_run_is_green(notes, capsys):
    arguments, said = RUNS[0]
    assert main(arguments.split()) == 0
    assert fnmatch.fnmatchcase(capsys.readouterr().out.strip(), said.strip().replace("…", "*"))


def test_the_second_run_is_red(notes, capsys):
    arguments, said = RUNS[1]
    notes.write_text(NOTES.replace(r"(1 - \sigma(z))", r"(1 + \sigma(z))"), encoding="utf-8")
    assert main(arguments.split()) == 1
    first, *_ = capsys.readouterr().out.splitlines()
    assert fnmatch.fnmatchcase(first, said.strip().replace("…", "*"))


def test_without_code_it_says_so(notes, capsys):
    assert main(["notes.md", "--no-code"]) == 0
    assert "1 of the definitions unanchored" in capsys.readouterr().out


@pytest.mark.parametrize("declaration", re.findall(r"^\| `([^`]+)` \|", PAGE, re.MULTILINE))
def test_each_declaration_is_read(notes, capsys, declaration):
    sizes = "" if r"\mathbb{N}" in declaration else "K, D, H, N \\in \\mathbb{N} ; sizes\n"
    text = f'```notation\n{sizes}{declaration}\nu \\in \\mathbb{{R}}\n```\n\n```math id="x"\nu + u = 2u\n```\n'
    notes.write_text(text, encoding="utf-8")
    assert main(["notes.md"]) == 0, capsys.readouterr().out


READ = re.findall(r"`([^`]+)`", PAGE.partition("## What it reads")[2].partition("\n## ")[0])
SYMBOLS = r"""
N, D, H, K, L \in \mathbb{N}
i, j, k \in \{1,\dots,K\}
n \in \{1,\dots,N\}
h \in \{1,\dots,H\}
\ell \in \{1,\dots,L\}
X \in \mathbb{R}^{N\times D}
W \in \mathbb{R}^{D\times H}
A, B \in \mathbb{R}^{N\times K}
M^{(\ell)} \in \mathbb{R}^{K\times K}
z, w \in \mathbb{R}^{K}
t, u \in \mathbb{R}
f : \mathbb{R}^{K}\to\mathbb{R}
g : \mathbb{R}\to\mathbb{R}
"""


@pytest.mark.parametrize("tex", READ)
def test_each_form_is_read_and_has_a_value(notes, capsys, tex):
    twice = f"{tex} + {tex} = 2 \\cdot ({tex})"
    notes.write_text(f'```notation{SYMBOLS}```\n\n```math id="x"\n{twice}\n```\n', encoding="utf-8")
    assert main(["notes.md"]) == 0, capsys.readouterr().out


def test_a_form_that_is_not_read_would_be_seen(notes, capsys):
    assert len(READ) > 15
    notes.write_text(f'```notation{SYMBOLS}```\n\n```math id="x"\nz! + z! = 2 \\cdot (z!)\n```\n', encoding="utf-8")
    assert main(["notes.md"]) == 1
