"""The people of the world, and their calendars."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class CalendarBook:
    """One calendar in a mailbox. `color` is a value of Graph's calendarColor."""

    key: str
    name: str
    is_default: bool = False
    color: str = "auto"
    hex_color: str = ""
    can_edit: bool = True
    can_view_private: bool = True
    owner_name: str = ""
    owner_address: str = ""
    group: str = "My Calendars"


@dataclass(frozen=True, slots=True)
class DirectoryUser:
    """A person who can sign in. `key` is the directory's object id (a GUID).

    `refusal` is the name of a refusal in `carlendar_devtools.emulator.cloud.refusals` that answers each of their
    sign-ins; empty for none.
    """

    key: str
    name: str
    address: str
    zone: str = "UTC"
    language: str = "en-US"
    job_title: str = ""
    office: str = ""
    phone: str = ""
    personal: bool = False
    photo: bool = True
    keeps_declined: bool = True
    """Whether a declined meeting stays in the calendar (a setting of Outlook)."""
    refusal: str = ""
    roles: tuple[str, ...] = ()
    """Application roles that the organisation has assigned, in the claim `roles` of ID tokens."""
    work_days: tuple[str, ...] = field(default=("monday", "tuesday", "wednesday", "thursday", "friday"))
    work_start: str = "08:00"
    work_end: str = "17:00"

    @property
    def given_name(self) -> str:
        """The first part of the name."""
        return self.name.split()[0]

    @property
    def surname(self) -> str:
        """The last part of the name; empty if there is only one."""
        return self.name.split()[-1] if " " in self.name else ""
