"""What the command line offers: groups in the help, log levels, completion."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from carlendar.commands.arguments import GROUPS, build, parse
from tests.commands.conftest import Machine

LONG_RUNNING = ("drive", "service", "emulator", "sync", "record", "audit")
SHELLS = ("bash", "zsh", "fish")


def test_the_help_lists_every_command_in_a_group(machine: Machine) -> None:
    shown = machine.run("--help").stdout
    for group in GROUPS:
        assert f"\n{group}:\n" in shown
    for name in build()[1]:
        assert len(re.findall(rf"^  {name} +\S", shown, re.MULTILINE)) == 1, name


@pytest.mark.parametrize("command", LONG_RUNNING)
def test_long_running_commands_take_a_log_level(command: str) -> None:
    file = ["-"] if command == "record" else []
    assert parse([command, *file])[1]["log_level"] == ""
    assert parse([command, *file, "--verbose"])[1]["log_level"] == "info"
    assert parse([command, *file, "--log-level", "debug"])[1]["log_level"] == "debug"


def test_the_emulated_cloud_takes_a_log_level() -> None:
    module, options = parse(["emulator", "cloud", "--verbose"])
    assert (module, options["log_level"]) == ("carlendar_devtools.commands.cloud", "info")


def test_drive_takes_nothing_but_a_log_level() -> None:
    flags = {flag for action in build()[1]["drive"]._actions for flag in action.option_strings}
    assert flags == {"-h", "--help", "-v", "--verbose", "--log-level"}
    assert set(parse(["drive"])[1]) == {"log_level"}


def test_an_unknown_level_is_an_error(machine: Machine) -> None:
    done = machine.run("sync", "--log-level", "loud")
    assert done.returncode == 2
    assert done.stderr.startswith("carlendar: ")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("emulator --approve ana@contoso.example", "--approve belongs to `carlendar emulator cloud`"),
        ("emulator --json", "--json belongs to `carlendar emulator cloud`"),
        ("emulator cloud --databroker localhost:1", "--databroker is not for the cloud alone"),
        ("emulator cloud --trace town", "--trace is not for the cloud alone"),
        ("emulator cloud --server-name x --databroker=localhost:1", "--databroker is not for the cloud alone"),
        ("emulator --headless pictures --scenario commute", "--scenario has no effect with --headless"),
        ("emulator --headless pictures --browser", "--browser has no effect with --headless"),
        ("emulator --headless=pictures --port 1", "--port has no effect with --headless"),
        ("emulator --real-account --scenario commute", "--scenario has no effect with --real-account"),
        ("emulator --real-account --at 2026-11-23T08:41+01:00", "--at has no effect with --real-account"),
        ("emulator --trace town --databroker localhost:1", "--trace has no effect with --databroker"),
        ("emulator --ca-file ca.pem", "belong to --databroker"),
        ("record --token-file token -", "belong to --databroker"),
        ("audit --results results.xml", "--results belongs to --evidence"),
        ("agenda --ics a.ics --profile Ana", "--profile has no effect with --ics"),
        ("accounts --offline", "belong to --add-feed"),
        ("accounts --remove-feed a --sign-out b", "--sign-out has no effect with --remove-feed"),
        ("accounts --sign-out=", "--sign-out needs a value that is not empty"),
        ("agenda --at=", "--at needs a value that is not empty"),
        ("invitation --phone= a.ics", "--phone needs a value that is not empty"),
    ],
)
def test_an_option_that_would_be_ignored_is_refused(
    arguments: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        assert parse(arguments.split())[0].startswith("carlendar"), arguments
    shown = capsys.readouterr().err
    assert ended.value.code == 2
    assert says in shown
    assert shown.count("\n") == 1


def test_options_that_go_together_are_taken() -> None:
    for arguments in (
        "emulator cloud --approve ana@contoso.example --json --scenario commute --port 0",
        "emulator --databroker localhost:1 --ca-file ca.pem --scenario commute",
        "accounts --add-feed a.ics --owner a@contoso.example --owner b@contoso.example --offline --json",
        "agenda --profile Ana --days 2 --all --json",
        "record --databroker localhost:1 --server-name x -",
    ):
        parse(arguments.split())


@pytest.mark.parametrize("shell", SHELLS)
def test_completion_names_every_command_and_option(shell: str, machine: Machine) -> None:
    done = machine.run("completion", shell)
    assert (done.returncode, done.stderr) == (0, "")
    for name, parser in build()[1].items():
        assert name in done.stdout
        for action in parser._actions:
            for flag in action.option_strings:
                assert (flag.lstrip("-") if shell == "fish" else flag) in done.stdout


@pytest.mark.parametrize("shell", SHELLS)
def test_completion_is_valid_for_its_shell(shell: str, machine: Machine, tmp_path: Path) -> None:
    if (program := shutil.which(shell)) is None:
        pytest.skip(f"{shell} is not installed")
    script = tmp_path / "script"
    script.write_text(machine.run("completion", shell).stdout)
    subprocess.run([program, "-n", str(script)], check=True, timeout=30)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["sy"], ["sync"]),
        (["record", "--log-level", "i"], ["info"]),
        (["completion", ""], ["-h", "--help", "bash", "zsh", "fish"]),
        (["agenda", "--d"], ["--days"]),
        (["invitation", "a"], ["a file.ics"]),
        (["emulator", "--headless", ""], ["folder"]),
        (["sign-in", "--profile", ""], []),
    ],
)
def test_bash_completes(words: list[str], expected: list[str], machine: Machine, tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text(machine.run("completion", "bash").stdout)
    here = tmp_path / "here"
    (here / "folder").mkdir(parents=True)
    (here / "a file.ics").touch()
    program = (
        'source "$1"; shift; COMP_WORDS=(carlendar "$@"); COMP_CWORD=$#; _carlendar;'
        ' for each in "${COMPREPLY[@]}"; do echo "$each"; done'
    )
    done = subprocess.run(
        ["bash", "--norc", "-c", program, "bash", str(script), *words],
        cwd=here, capture_output=True, text=True, check=True, timeout=30,
    )  # fmt: skip
    assert done.stderr == ""
    assert done.stdout.splitlines() == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("carlendar sy", ["sync"]),
        ("carlendar completion ", ["bash", "fish", "zsh"]),
        ("carlendar record --log-level i", ["info"]),
        ("carlendar agenda --d", ["--days"]),
        ("carlendar accounts --profile agenda --d", []),
    ],
)
@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
def test_fish_completes(line: str, expected: list[str], machine: Machine, tmp_path: Path) -> None:
    script = tmp_path / "carlendar.fish"
    script.write_text(machine.run("completion", "fish").stdout)
    done = subprocess.run(
        ["fish", "--no-config", "-c", "source $argv[1]; complete -C $argv[2]", str(script), line],
        capture_output=True, text=True, check=True, timeout=30,
    )  # fmt: skip
    assert [each.split("\t")[0] for each in done.stdout.splitlines()] == expected


def test_an_unknown_benchmark_is_an_error() -> None:
    benchmarks = Path(__file__).parents[1] / "benchmarks"
    done = subprocess.run(
        [sys.executable, str(benchmarks), "no-such-one"], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert "no benchmark is named no-such-one" in done.stderr
