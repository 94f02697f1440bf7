"""Spoken notices, and what gives way to what: the order of sounds, applied on the screen's thread.

A notice is spoken once, in the driver's language, where the driver wants that, and never during a call. What belongs to
a meeting that is up, as that it is recorded, is spoken in it. Everything gives way to `domain.audio_order`: a notice
waits for at most a minute, and one that is interrupted is not repeated, for it is on the screen as well.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from carlendar.domain.audio_order import AudioOrder, CarSound, audio_order
from carlendar.presentation.spoken_state import Announcement, TextMaker

if TYPE_CHECKING:
    from carlendar.presentation.intent_context import IntentContext
    from carlendar.presentation.view_context import ViewContext

WAITS = 60.0
"""Elapsed seconds for which a notice waits for silence."""
BEGIN_SECONDS, LETTER_SECONDS = 2.0, 0.09
"""Duration of a text, generously, by its length."""

_log = logging.getLogger(__name__)


def announce(context: IntentContext, key: str, text: TextMaker, *, in_call: bool = False) -> None:
    """Speak the text that `text` makes of the view, once for this key; nothing is spoken if that is empty.

    Without `in_call` it is a notice, which is spoken by the driver's setting.
    """
    spoken = context.session.spoken
    if key in spoken.known or not (in_call or context.options.spoken_notices):
        return
    spoken.known.append(key)
    spoken.waiting.append(Announcement(key, text, context.ports.elapsed.seconds() + WAITS, in_call))
    follow(context)


def announce_recording(context: IntentContext, key: str, *, transcription: bool = False) -> None:
    """Say that the meeting over data is recorded, or only transcribed; `key` is another one for each recording."""
    announce(context, f"recording/{key}", _transcription if transcription else _recording, in_call=True)


def order(context: IntentContext) -> AudioOrder:
    """Return what may be heard now."""
    session = context.session
    return audio_order(session.phone.calls, session.spoken.sounds or (), meeting=session.meeting_online)


def follow(context: IntentContext) -> None:
    """Apply the order of sounds: to the meeting over data, to what is being spoken, and to what waits."""
    spoken, now = context.session.spoken, context.ports.elapsed.seconds()
    current = order(context)
    _limit(context, current)
    if spoken.speaking is not None and now >= spoken.ends:
        spoken.speaking = None
    if spoken.speaking is not None and not _may(current, spoken.speaking):
        context.ports.speech.cancel()
        interrupted, spoken.speaking = spoken.speaking, None
        if interrupted.in_call:  # not on the screen alone: everyone aboard has to hear it
            spoken.waiting.insert(0, interrupted)
    spoken.waiting = [each for each in spoken.waiting if now < each.until and _still(context, each)]
    _watch(context)
    if spoken.sounds is None or spoken.speaking is not None:
        return
    current = order(context)
    while spoken.waiting and _may(current, spoken.waiting[0]):
        if _speak(context, spoken.waiting.pop(0)):
            return
    _watch(context)


def sounds_changed(context: IntentContext, sounds: frozenset[CarSound]) -> None:
    """Something else is heard in the car, or is not any more."""
    if context.session.spoken.watching:  # else it was on its way when the watch ended
        context.session.spoken.sounds = sounds
        follow(context)


def forget(context: IntentContext) -> None:
    """Another driver is active: nothing of the previous one is spoken."""
    spoken = context.session.spoken
    spoken.known.clear()
    spoken.waiting = [each for each in spoken.waiting if each.in_call]
    if spoken.speaking is not None and not spoken.speaking.in_call:
        spoken.speaking = None
        context.ports.speech.cancel()


def _speak(context: IntentContext, announcement: Announcement) -> bool:
    """Speak it; False if there is nothing to say."""
    try:
        text = announcement.text(context.view())
    except Exception as error:  # noqa: BLE001  # as in `quarantine`: no event may cost the screen
        _log.error("a notice cannot be spoken: %s", type(error).__name__)
        return False
    if not text:
        return False
    options, spoken = context.options, context.session.spoken
    context.ports.speech.say(text, "-".join(filter(None, (options.language, options.spelling or options.region))))
    spoken.speaking = announcement
    spoken.ends = context.ports.elapsed.seconds() + BEGIN_SECONDS + LETTER_SECONDS * len(text)
    return True


def _may(current: AudioOrder, announcement: Announcement) -> bool:
    return current.speech if announcement.in_call else current.notices


def _still(context: IntentContext, announcement: Announcement) -> bool:
    """Whether it is still of interest: that a meeting is recorded is not after it."""
    return context.session.meeting_online if announcement.in_call else context.options.spoken_notices


def _limit(context: IntentContext, current: AudioOrder) -> None:
    """Limit the sound of the meeting over data where that has changed."""
    spoken, limits = context.session.spoken, (current.meeting, current.microphone)
    if not context.session.meeting_online:
        spoken.limits = (1.0, True)
    elif limits != spoken.limits:
        spoken.limits = limits
        context.ports.online.sound(*limits)


def _watch(context: IntentContext) -> None:
    """Watch what else is heard while that matters: in a meeting over data, and for what is or will be spoken."""
    spoken = context.session.spoken
    wanted = context.session.meeting_online or bool(spoken.waiting) or spoken.speaking is not None
    if wanted is spoken.watching:
        return
    watch, spoken.watching, spoken.sounds = context.ports.watch_sounds, wanted, None
    if watch is not None:
        watch(wanted)
    elif wanted:
        spoken.sounds = frozenset()


def _recording(view: ViewContext) -> str:
    if view.aboard is False:
        return view.words.say("This meeting is recorded")
    return view.words.say("Everyone in the car is recorded")


def _transcription(view: ViewContext) -> str:
    if view.aboard is False:
        return view.words.say("This meeting is transcribed")
    return view.words.say("Everyone in the car is transcribed")
