"""A changed kv, token or brand file is drawn at once, and a mistake in one is shown with its file and line."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from carlendar import resources
from carlendar.brands.brand import Brand
from carlendar.brands.brand_file import read_brand
from carlendar.ui.metrics import PRESETS
from carlendar.ui.parts import CardPart
from carlendar.ui.picture import Gallery
from carlendar.ui.root_view import RootView
from carlendar_devtools.processes.reload import Reload, Watcher
from tests.ui.conftest import FRAMES

Change = Callable[[str, str, str], None]


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Gallery:
    """A display off-screen."""
    return Gallery(PRESETS["12.9"], tmp_path_factory.mktemp("cache"))


@pytest.fixture
def kv(tmp_path: Path, gallery: Gallery, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of kv/ in its place."""
    gallery.stage(FRAMES["drive"])  # prepares Kivy
    from kivy.lang import Builder

    from carlendar.ui.layout import loader
    from carlendar.ui.style import reload_rules

    real = resources.kv("style.kv").parent
    copy = tmp_path / "kv"
    shutil.copytree(real, copy)
    with monkeypatch.context() as patched:
        for file in real.rglob("*.kv"):
            Builder.unload_file(str(file))
        patched.setattr(resources, "kv", lambda name: copy / name)
        loader.reload()
        reload_rules()
        yield copy
        for file in copy.rglob("*.kv"):
            Builder.unload_file(str(file))
    loader.reload()
    reload_rules()


@pytest.fixture
def change(kv: Path) -> Change:
    """Replaces words in a file of kv/."""

    def changed(name: str, old: str, new: str) -> None:
        text = (kv / name).read_text()
        assert old in text
        (kv / name).write_text(text.replace(old, new, 1))

    return changed


@pytest.fixture
def root(gallery: Gallery, kv: Path) -> Iterator[RootView]:
    """The display's root view, which shows Now."""
    shown: RootView = gallery.stage(FRAMES["drive"])
    yield shown
    shown.composer = None
    shown.rebrand(Brand())


def said(root: RootView) -> str:
    """What the message on the display says."""
    parts = root.composition_now().parts
    return " ".join(" ".join(part.lines) for part in parts if part.key.startswith("mistake."))  # type: ignore[attr-defined]  # texts


def test_a_changed_rule_is_drawn(root: RootView, change: Change) -> None:
    reload = Reload(root, Brand)
    before = root.widget("primary").width
    change("screens/now.kv", "side_column: smallest(t.side,", "side_column: smallest(mm(60),")
    reload.reload()
    assert not reload.mistake
    assert root.widget("primary").width == PRESETS["12.9"].mm(60) < before


def test_a_changed_token_is_drawn(root: RootView, change: Change) -> None:
    reload = Reload(root, Brand)
    change("tokens.kv", "side: mm(77)", "side: mm(50)")
    reload.reload()
    assert root.widget("primary").width == PRESETS["12.9"].mm(50)


def test_a_changed_shape_is_drawn_once(root: RootView, change: Change) -> None:
    count = len(root.widget("card").canvas.children)
    change("widgets/card.kv", "radius: [root.radius]", "radius: [root.radius / 2]")
    Reload(root, Brand).reload()
    assert len(root.widget("card").canvas.children) == count


def test_a_changed_brand_is_drawn(root: RootView, tmp_path: Path) -> None:
    folder = resources.asset("brands")
    name = next(path.name for path in sorted(folder.iterdir()) if path.name != "neutral" and path.is_dir())
    shutil.copytree(folder / name, tmp_path / "own")
    brand = replace(read_brand(tmp_path / "own"), card_radius=0.0)
    Reload(root, lambda: brand).reload()
    part = root.widget("card").part
    assert isinstance(part, CardPart)
    assert part.radius == 0


@pytest.mark.parametrize(
    ("name", "old", "new", "wanted"),
    [
        ("screens/now.kv", "gap: t.gap", "gap: t.gapp", "kv/screens/now.kv:"),
        ("screens/now.kv", "gap: t.gap", "gapp: t.gap", "Column has no property gapp"),
        ("screens/now.kv", "LargeAction:", "LargeActon:", "there is no node LargeActon"),
        ("screens/now.kv", "gap: if_wider(mm(100), mm(9.2), mm(6))", "gap: 9.2", "write mm(9.2)"),
        ("screens/now.kv", "title: root.state.title", "title: root.state.titel", "kv/screens/now.kv:"),
        ("screens/now.kv", "gap: if_wider(mm(100), mm(9.2), mm(6))", "gap: mm(9.2", "kv/screens/now.kv:"),
        ("screens/now.kv", "    Column:", "  Column:", "kv/screens/now.kv:"),
        ("screens/meeting.kv", "role: 'time'", "role: 'tiem'", "tiem"),
        ("tokens.kv", "gap: target_mm(4.6)", "gap: target_mn(4.6)", "kv/tokens.kv:"),
        ("widgets/card.kv", "rgba: root.edge", "rgba: root.egde", "kv/widgets/card.kv:"),
        ("widgets/card.kv", "SmoothLine:", "SmoothLien:", "SmoothLien"),
    ],
)
def test_a_mistake_is_shown_and_its_correction_drawn(
    root: RootView, kv: Path, change: Change, name: str, old: str, new: str, wanted: str
) -> None:
    text, reload = (kv / name).read_text(), Reload(root, Brand)
    change(name, old, new)
    reload.reload()
    assert wanted.replace(" ", "") in said(root).replace(" ", "")
    root.show(replace(FRAMES["reminder"]))  # the display goes on
    assert wanted.replace(" ", "") in said(root).replace(" ", "")
    (kv / name).write_text(text)
    reload.reload()
    assert not said(root)
    assert root.widget("primary").opacity == 1


def test_a_brand_that_is_refused_is_shown(root: RootView) -> None:
    reload = Reload(root, lambda: read_brand(Path("/nowhere")))
    reload.reload()
    assert "/nowhere" in said(root)


def test_a_saved_file_is_noticed_and_others_are_not(tmp_path: Path) -> None:
    file, noticed = tmp_path / "screens" / "now.kv", list[int]()
    file.parent.mkdir()
    file.write_text("a")
    watcher = Watcher(lambda: [tmp_path], lambda: noticed.append(1))
    watcher.look()
    assert not noticed
    file.write_text("longer")
    (tmp_path / "notes.txt").write_text("b")
    watcher.look()
    watcher.look()
    assert len(noticed) == 1
    file.unlink()
    watcher.look()
    assert len(noticed) == 2
