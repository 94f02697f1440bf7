"""The phone in the driver's pocket: a hands-free peer with a real `ofonod` on a private bus."""

from carlendar_devtools.emulator.phone.exchange import PhoneEvent
from carlendar_devtools.emulator.phone.line import PhoneLine, available

__all__ = ["PhoneEvent", "PhoneLine", "available"]
