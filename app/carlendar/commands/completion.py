"""`carlendar completion SHELL`: prints the completion script for bash, zsh or fish, generated from the parsers.

bash: `source <(carlendar completion bash)`. zsh: save it as `_carlendar` in a folder of `fpath`. fish: `carlendar
completion fish | source`.
"""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from carlendar.commands.arguments import build

FOLDERS, FILES = ("DIR",), ("FILE", "FILE_OR_URL", "SOURCE", "TRACE")
"""Metavariables of arguments whose value is a path."""


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument to complete: an option with `flags`, or a positional argument if it has none."""

    flags: tuple[str, ...]
    text: str
    takes_value: bool
    choices: tuple[str, ...]
    path: str
    """`file`, `folder`, or empty if the value is not a path."""
    repeats: bool


def run(*, shell: str) -> int:
    """Print the script; returns 0."""
    parsers = build()[1]
    commands = {name: tuple(_arguments(parser)) for name, parser in parsers.items()}
    descriptions = {name: parser.description or "" for name, parser in parsers.items()}
    script = {"bash": _bash, "zsh": _zsh, "fish": _fish}[shell]
    print(script(commands, descriptions))
    return 0


def _arguments(parser: argparse.ArgumentParser) -> Iterator[Argument]:
    for action in parser._actions:  # noqa: SLF001 - argparse has no public list; every completion library reads it
        if action.help == argparse.SUPPRESS:
            continue
        metavar = action.metavar if isinstance(action.metavar, str) else ""
        choices = tuple(str(each) for each in action.choices or () if each)
        path = "folder" if metavar in FOLDERS else "file" if metavar in FILES else ""
        yield Argument(
            tuple(action.option_strings), action.help or "", action.nargs != 0, choices, path,
            isinstance(action, argparse._AppendAction),  # noqa: SLF001 - as above
        )  # fmt: skip


def _bash(commands: dict[str, tuple[Argument, ...]], descriptions: dict[str, str]) -> str:
    lines = [
        "# bash completion for carlendar",
        "_carlendar() {",
        '  local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}"',
        "  COMPREPLY=()",
        '  if [ "$COMP_CWORD" -eq 1 ]; then',
        f'    COMPREPLY=($(compgen -W {shlex.quote(" ".join([*descriptions, "--help", "--version"]))} -- "$current"))',
        "    return",
        "  fi",
        '  case "${COMP_WORDS[1]} $previous" in',
    ]
    for name, arguments in commands.items():
        for each in arguments:
            if each.flags and each.takes_value:
                patterns = "|".join(f'"{name} {flag}"' for flag in each.flags)
                lines.append(f"    {patterns}) {_bash_values(each)}; return ;;")
    lines += ["  esac", '  case "${COMP_WORDS[1]}" in']
    for name, arguments in commands.items():
        words = [word for each in arguments for word in (each.flags or each.choices)]
        filled = f'COMPREPLY=($(compgen -W {shlex.quote(" ".join(words))} -- "$current"))'
        paths = [each for each in arguments if not each.flags and each.path]
        extra = f"; [[ $current == -* ]] || {_bash_values(paths[0])}" if paths else ""
        lines.append(f"    {name}) {filled}{extra} ;;")
    return "\n".join([*lines, "  esac", "}", "complete -o filenames -F _carlendar carlendar"])


def _bash_values(argument: Argument) -> str:
    if argument.choices:
        return f'COMPREPLY=($(compgen -W {shlex.quote(" ".join(argument.choices))} -- "$current"))'
    if argument.path:
        kind = "-d" if argument.path == "folder" else "-f"
        return f'mapfile -t COMPREPLY < <(compgen {kind} -- "$current")'
    return ":"


def _zsh(commands: dict[str, tuple[Argument, ...]], descriptions: dict[str, str]) -> str:
    listed = " ".join(shlex.quote(f"{name}:{_zsh_text(text)}") for name, text in descriptions.items())
    lines = [
        "#compdef carlendar",
        "_carlendar() {",
        "  local -a commands",
        f"  commands=({listed})",
        "  if (( CURRENT == 2 )); then",
        "    _describe command commands",
        "    _arguments '(- *)--help[show help]' '(- *)--version[show the version]'",
        "    return",
        "  fi",
        "  local command=$words[2]",
        "  shift words; (( CURRENT-- ))",
        "  case $command in",
    ]
    for name, arguments in commands.items():
        specs = " ".join(shlex.quote(spec) for each in arguments for spec in _zsh_specs(each))
        lines.append(f"    {name}) _arguments {specs} ;;")
    return "\n".join([*lines, "  esac", "}", 'if [ "$funcstack[1]" = _carlendar ]; then', '  _carlendar "$@"', "else",
                      "  compdef _carlendar carlendar", "fi"])  # fmt: skip


def _zsh_specs(argument: Argument) -> Iterator[str]:
    value = f"({' '.join(argument.choices)})" if argument.choices else ""
    value = value or {"file": "_files", "folder": "_files -/", "": " "}[argument.path]
    if not argument.flags:
        yield f":{_zsh_text(argument.text)}:{value}"
    others = "" if argument.repeats else f"({' '.join(argument.flags)})"
    for flag in argument.flags:
        yield f"{'*' if argument.repeats else others}{flag}[{_zsh_text(argument.text)}]" + (
            f":value:{value}" if argument.takes_value else ""
        )


def _zsh_text(text: str) -> str:
    return "".join(f"\\{letter}" if letter in "[]:\\" else letter for letter in text)


def _fish(commands: dict[str, tuple[Argument, ...]], descriptions: dict[str, str]) -> str:
    lines = [
        "# fish completion for carlendar",
        "function __carlendar_command",
        "  set -l words (commandline -opc)",
        '  test "$words[2]" = "$argv[1]"',
        "end",
        "complete -c carlendar -f",
        "complete -c carlendar -n __fish_use_subcommand -l help -s h -d 'Show help'",
        "complete -c carlendar -n __fish_use_subcommand -l version -d 'Show the version'",
    ]
    lines += [
        f"complete -c carlendar -n __fish_use_subcommand -a {name} -d {_fish_text(text)}"
        for name, text in descriptions.items()
    ]
    for name, arguments in commands.items():
        # Not __fish_seen_subcommand_from: it also takes the value of an option for a command.
        start = f"complete -c carlendar -n '__carlendar_command {name}'"
        lines += [f"{start} {_fish_options(each)} -d {_fish_text(each.text)}" for each in arguments]
    return "\n".join(lines)


def _fish_options(argument: Argument) -> str:
    options = [f"-l {flag[2:]}" if flag.startswith("--") else f"-s {flag[1:]}" for flag in argument.flags]
    if argument.takes_value and argument.flags:
        options.append("-r")
    if argument.choices:
        options.append(f"-a {_fish_text(' '.join(argument.choices))}")
    elif argument.path:
        options.append("-a '(__fish_complete_directories)'" if argument.path == "folder" else "-F")
    return " ".join(options)


def _fish_text(text: str) -> str:
    """Return the text in single quotes, with backslashes and quotes escaped as fish requires."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
