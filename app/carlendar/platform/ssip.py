"""One connection of the protocol SSIP to speech-dispatcher: commands, replies and notifications of one client.

Lines end with CR LF. A reply consists of lines `123-data` and ends with `123 text`; codes from 700 on are
notifications, which may come between two replies. Source: `info ssip`, speech-dispatcher 0.11.
"""

from __future__ import annotations

import socket
import unicodedata
from collections.abc import Callable, Collection
from pathlib import Path

LETTERS = 400
"""Characters of a text at most: half a minute of speech."""
LONGEST_LINE = 4096
MOST_LINES = 100_000
"""Lines of one reply at most; a synthesiser with variants of each voice lists more than ten thousand."""
CLIENT = "carlendar:screen:notices"
SETTINGS = (
    f"SET SELF CLIENT_NAME {CLIENT}",
    "SET SELF SSML_MODE off",
    "SET SELF PUNCTUATION none",
    "SET SELF SPELLING off",
    "SET SELF CAP_LET_RECOGN none",
    "SET SELF PRIORITY message",
    "SET SELF NOTIFICATION end on",
    "SET SELF NOTIFICATION cancel on",
)
"""Priority `message`: it waits for messages of other programs, such as the navigation's, and interrupts none."""
END, CANCELLED = 702, 703
NOTIFICATIONS = 700
RECEIVING, QUEUED = 230, 225
OTHER_NAMES = {"zh": "cmn", "no": "nb", "iw": "he"}
"""Languages whose names in espeak-ng differ."""
USUAL = {"en": "en-gb"}
"""The voice of a language without a region. A language that is not listed uses that of its own country: `fr-fr`."""


class CommandRefusedError(Exception):
    """The daemon refused a command; the text is the code of its reply."""


class SsipConnection:
    """A connected client whose settings have been sent. Not thread-safe. Every method raises OSError if it is lost.

    A daemon that takes longer than `reply` seconds for a reply counts as lost, and so does one that does not speak
    SSIP.
    """

    def __init__(self, path: Path, connect: float, reply: float, seconds: Callable[[], float]) -> None:
        self._reply, self._seconds = reply, seconds
        self._received = bytearray()
        self._ended: set[str] = set()
        self._socket = socket.socket(socket.AF_UNIX)
        try:
            self._socket.settimeout(connect)
            self._socket.connect(str(path))
            for command in SETTINGS:
                self._command(command)
            self.languages = self._languages()
        except ConnectionRefusedError:
            self._socket.close()
            raise
        except (OSError, CommandRefusedError) as error:
            self._socket.close()
            raise ConnectionError("no SSIP") from error

    def fileno(self) -> int:
        """For `select`."""
        return self._socket.fileno()

    def speak(self, text: str, language: str) -> str:
        """Queue a `plain` text; return the id of the message. Raises CommandRefusedError."""
        self._ended.clear()
        self._command(f"SET SELF LANGUAGE {language}")
        self._command("SPEAK")
        # A line that begins with a dot is doubled there, for a single dot ends the text.
        data = self._command(f".{text}\r\n." if text.startswith(".") else f"{text}\r\n.")
        if not data:
            raise ConnectionError("no id")
        return data[0]

    def cancel(self) -> None:
        """Silence and drop all messages of this client."""
        self._command("CANCEL SELF")

    def ended(self, message: str) -> bool:
        """Whether the message was spoken or cancelled, as far as was received."""
        self._notifications()  # those that came with the last reply
        return message in self._ended

    def receive(self) -> None:
        """Read what is there without waiting for more."""
        self._read(self._reply)
        self._notifications()

    def close(self) -> None:
        """Close the connection; what is being spoken is not interrupted."""
        self._socket.close()

    def _languages(self) -> frozenset[str] | None:
        """Return the languages of the voices, in lower case; None if the daemon does not list them."""
        try:
            voices = self._command("LIST SYNTHESIS_VOICES")
        except CommandRefusedError:
            return None
        return frozenset(parts[1].strip().lower() for voice in voices if len(parts := voice.split("\t")) > 1)

    def _command(self, command: str) -> list[str]:
        """Send a command and return the data of its reply. Raises CommandRefusedError."""
        self._socket.settimeout(self._reply)
        self._socket.sendall(command.encode("utf-8", "replace") + b"\r\n")
        data: list[str] = []
        until = self._seconds() + self._reply
        while len(data) < MOST_LINES:
            while (line := self._line()) is None:
                if (left := until - self._seconds()) <= 0:
                    raise TimeoutError
                self._read(left)
            code = _code(line)
            if code >= NOTIFICATIONS:
                self._notification(line)
            elif line[3:4] == "-":
                data.append(line[4:])
            elif code >= 300:
                raise CommandRefusedError(str(code))
            else:
                return data
        raise ConnectionError("endless reply")

    def _read(self, seconds: float) -> None:
        self._socket.settimeout(seconds)
        received = self._socket.recv(65536)
        if not received:
            raise ConnectionResetError
        self._received += received

    def _line(self) -> str | None:
        """Return the next line that has been received; None if there is none."""
        end = self._received.find(b"\n")
        if end < 0:
            if len(self._received) > LONGEST_LINE:
                raise ConnectionError("endless line")
            return None
        line = bytes(self._received[:end])
        del self._received[: end + 1]
        return line.decode("utf-8", "replace").rstrip("\r")

    def _notifications(self) -> None:
        while (line := self._line()) is not None:
            self._notification(line)

    def _notification(self, line: str) -> None:
        """Remember that a message has ended: `702-message id`, `702-client id`, `702 END`."""
        if _code(line) in (END, CANCELLED) and line[3:4] == "-":
            self._ended.add(line[4:].strip())


def _code(line: str) -> int:
    if not line[:3].isascii() or not line[:3].isdigit():
        raise ConnectionError("not SSIP")
    return int(line[:3])


def plain(text: str) -> str:
    """Return one line of the text without control and format characters, at most `LETTERS` long; empty if none is left.

    So it cannot end the text of a message early, nor send a command. Two square brackets would begin phonemes.
    """
    spaced = "".join(_spaced(each) for each in text[: LETTERS * 4])
    words = spaced.replace("[[", "[").replace("]]", "]").split()
    return " ".join(words)[:LETTERS].rstrip() if any(each.isalnum() for each in spaced) else ""


def _spaced(letter: str) -> str:
    category = unicodedata.category(letter)
    return "" if category == "Cf" else " " if category[0] in "CZ" else letter


def voice_language(tag: str, languages: Collection[str] | None) -> str:
    """Return the language to ask for: the tag's own (`pt-br`), else another voice of its language; empty for none.

    `languages` are those that there are voices for, in lower case; None where that is not known.
    """
    wanted = tag.replace("_", "-").lower()
    base, _, region = wanted.partition("-")
    if not base.isascii() or not base.isalpha() or (region and not region.replace("-", "").isalnum()):
        return ""
    if languages is None:
        return base
    names = (base, OTHER_NAMES.get(base, base))
    exact = (name for each in names for name in (f"{each}-{region}", each, USUAL.get(each, f"{each}-{each}")))
    related = (each for each in sorted(languages) if each.partition("-")[0] in names)
    return next((name for name in exact if name in languages), "") or next(related, "")
