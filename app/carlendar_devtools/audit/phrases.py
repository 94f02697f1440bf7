"""L10: phrases that ask a driver to pick up a phone, by language; English by default."""

from __future__ import annotations

import re
from functools import cache

_ASKS: dict[str, tuple[str, str]] = {
    "en": (
        "pick up|take|use|grab|check|look at|unlock|open|get out",
        "your phone|the phone|your mobile|the mobile|your smartphone|the smartphone|the app|your handset",
    ),
    "de": (
        "nehmen sie|benutzen sie|verwenden sie|entsperren sie|öffnen sie|schauen sie auf|nimm|benutze|entsperre|öffne",
        "ihr telefon|das telefon|ihr handy|das handy|dein handy|ihr smartphone|das smartphone|die app",
    ),
    "fr": (
        "prenez|utilisez|déverrouillez|ouvrez|regardez|consultez",
        "votre téléphone|le téléphone|votre mobile|votre portable|votre smartphone|l’application|l'application",
    ),
    "es": (
        "coja|tome|use|utilice|desbloquee|abra|mire|coge|toma|usa|utiliza|desbloquea|abre|mira",
        "su teléfono|el teléfono|tu teléfono|su móvil|el móvil|tu móvil|la aplicación|su celular",
    ),
    "it": (
        "prendi|usa|sblocca|apri|guarda|prenda|usi|sblocchi|apra|guardi",
        "il telefono|il tuo telefono|il suo telefono|il cellulare|lo smartphone|l’app|l'app",
    ),
    "nl": ("pak|gebruik|ontgrendel|open|bekijk", "je telefoon|uw telefoon|de telefoon|je mobiel|uw mobiel|de app"),
    "pt": (
        "pegue|use|utilize|desbloqueie|abra|olhe|pega|usa|utiliza|desbloqueia|abre",
        "o telefone|o seu telefone|seu telefone|o telemóvel|seu celular|o celular|o aplicativo|a aplicação|o app",
    ),
    "pl": ("weź|użyj|odblokuj|otwórz", "telefon|telefonu|swój telefon|swojego telefonu|smartfon|smartfona|aplikację"),
}
"""Verbs and objects of the phrases, by language."""


def forbidden_phrase(text: str, language: str) -> str:
    """Return a forbidden phrase in the text, in the language or in English; empty if there is none."""
    for pattern in _patterns(language.partition("-")[0].lower()):
        if found := pattern.search(text):
            return found.group()
    return ""


@cache
def _patterns(language: str) -> tuple[re.Pattern[str], ...]:
    wanted = [_ASKS[name] for name in dict.fromkeys(("en", language)) if name in _ASKS]
    return tuple(re.compile(rf"\b(?:{asks})\s+(?:bitte\s+)?(?:{things})\b", re.IGNORECASE) for asks, things in wanted)


def languages() -> tuple[str, ...]:
    """Return the languages that have their own phrases."""
    return tuple(_ASKS)
