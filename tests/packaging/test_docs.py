"""What the documents name exists: links, paths, modules, functions, commands and targets of make."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from carlendar.commands.arguments import parse

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    path.relative_to(ROOT).as_posix()
    for pattern in ("*.md", "docs/**/*.md", "assets/**/*.md")
    for path in ROOT.glob(pattern)
)
ARCHITECTURE = ROOT / "docs" / "architecture.md"
FOLDERS = ("app/", "docs/", "tests/", "packaging/", "assets/", "kv/")
README_LINES = 120

_CODE_BLOCK = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^()\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")
_MODULE = re.compile(r"(?<![\w.-])(?:carlendar|carlendar_devtools|carlendar_fleet|tests)(?:\.[A-Za-z_]\w*)+")
_STEP = re.compile(r"^\d+\. `([\w/]+\.(?:py|kv))`(.*?)(?=^\d+\. |\n\n)", re.MULTILINE | re.DOTALL)
_CALL = re.compile(r"`(?:(\w+)\.)?(\w+)\(\)`")


def text_of(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


def spans(document: str) -> list[str]:
    """Inline code, outside of blocks."""
    return _CODE.findall(_CODE_BLOCK.sub("", text_of(document)))


def words(document: str) -> list[str]:
    """Of inline code and of blocks."""
    blocks = _CODE_BLOCK.findall(text_of(document))
    return [word.strip("`'\".,;:()") for part in (*spans(document), *blocks) for word in part.split()]


def anchors(path: Path) -> set[str]:
    """Of the headings, as GitHub names them."""
    headings = re.findall(r"^#+ (.+)$", _CODE_BLOCK.sub("", path.read_text(encoding="utf-8")), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def defines(path: Path, name: str) -> bool:
    return bool(re.search(rf"^\s*(?:(?:async )?def|class) {name}\b", path.read_text(encoding="utf-8"), re.MULTILINE))


def module_exists(dotted: str) -> bool:
    """Whether it is a package, a module, or a function or class of a module."""
    *parts, last = dotted.split(".")
    base = ROOT if parts[0] == "tests" else ROOT / "app"
    whole = base.joinpath(*parts, last)
    parent = base.joinpath(*parts).with_suffix(".py")
    return whole.is_dir() or whole.with_suffix(".py").is_file() or (parent.is_file() and defines(parent, last))


def test_there_are_documents_to_check() -> None:
    assert {"README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/decisions/README.md"} <= set(DOCUMENTS)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_relative_links_lead_to_a_file_and_a_heading(document: str) -> None:
    broken = []
    for link in _LINK.findall(_CODE_BLOCK.sub("", text_of(document))):
        if "://" in link:
            continue
        name, _, anchor = link.partition("#")
        target = (ROOT / document).parent / name if name else ROOT / document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_named_paths_exist(document: str) -> None:
    named = {word for word in words(document) if word.startswith(FOLDERS)}
    assert sorted(path for path in named if not any(ROOT.glob(path.rstrip("/")))) == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_named_modules_exist(document: str) -> None:
    named = {module for module in _MODULE.findall(text_of(document)) if not module.endswith((".service", ".db", ".v1"))}
    assert sorted(module for module in named if not module_exists(module)) == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_named_commands_exist(document: str) -> None:
    for name in {name for span in spans(document) for name in re.findall(r"\bcarlendar ([a-z][a-z-]+)", span)}:
        with pytest.raises(SystemExit) as end:
            parse([name, "--help"])
        assert end.value.code == 0, name


@pytest.mark.parametrize("document", DOCUMENTS)
def test_named_targets_of_make_exist(document: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), flags=re.MULTILINE))
    named = set(re.findall(r"(?:`|^)make ([a-z-]+)", text_of(document), flags=re.MULTILINE))
    assert sorted(named - targets) == []


def test_paths_of_the_architecture_exist() -> None:
    car = ROOT / "app" / "carlendar"
    named = {span for span in spans("docs/architecture.md") if re.fullmatch(r"[\w/]+\.py", span)}
    assert len(named) > 50
    assert sorted(path for path in named if not (car / path).is_file() and not (ROOT / path).is_file()) == []


def test_functions_that_the_architecture_follows_are_in_the_files_it_names() -> None:
    steps = _STEP.findall(ARCHITECTURE.read_text(encoding="utf-8") + "\n\n")
    assert len(steps) > 50
    missing = []
    for file, step in steps:
        path = ROOT / ("" if file.startswith("kv/") else "app/carlendar") / file
        for owner, name in _CALL.findall(step):
            missing += [f"{file}: {each}" for each in (owner, name) if each and not defines(path, each)]
    assert missing == []


def test_the_number_of_followed_files_is_stated_correctly() -> None:
    chains = re.findall(r"^## One [^\n]+\n\n(\d+) files(.*?)(?=^## )", text_of("docs/architecture.md"), re.M | re.S)
    assert [int(number) for number, _ in chains] == [len(_STEP.findall(chain + "\n\n")) for _, chain in chains]
    assert len(chains) == 3


def test_each_decision_is_in_the_list_of_decisions() -> None:
    listed = re.findall(r"\]\((\d{4}-[a-z-]+\.md)\)", text_of("docs/decisions/README.md"))
    assert listed == sorted(path.name for path in (ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert [int(name[:4]) for name in listed] == list(range(1, len(listed) + 1))


def test_the_readme_is_read_in_three_minutes() -> None:
    assert len(text_of("README.md").splitlines()) <= README_LINES
