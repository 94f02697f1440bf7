"""The phone in the driver's pocket: a hands-free peer with a real `ofonod` on a private bus."""

from app.emulator.phone.exchange import PhoneEvent
from app.emulator.phone.line import PhoneLine, available

__all__ = ["PhoneEvent", "PhoneLine", "available"]
