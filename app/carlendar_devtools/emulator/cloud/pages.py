"""Sign-in pages: plain HTML without scripts and images."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

from carlendar_devtools.emulator.world.person import DirectoryUser

_STYLE = """
body{font:1.125rem/1.5 sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem;color:#0d1520;background:#fff}
h1{font-size:1.6rem}
label,legend{display:block;margin:1rem 0 .3rem;font-weight:600}
fieldset{border:0;margin:0;padding:0}
input[type=text]{font:inherit;padding:.6rem;width:100%;box-sizing:border-box;letter-spacing:.15em}
button{font:inherit;padding:.7rem 1.2rem;margin:.4rem .6rem .4rem 0;border:2px solid #475467}
button{background:#fff;color:#0d1520;border-radius:.4rem;text-align:left}
button.main{background:#0b63ce;border-color:#0b63ce;color:#fff}
:focus-visible{outline:3px solid #0b63ce;outline-offset:2px}
[role=alert]{border-left:.4rem solid #a81f15;padding:.2rem 1rem}
"""


def page(title: str, inner: str, *, nonce: str) -> str:
    """Return a page; `nonce` is that of its Content-Security-Policy."""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><style nonce="{nonce}">{_STYLE}</style>'
        f"</head><body><main><h1>{escape(title)}</h1>{inner}</main></body></html>"
    )


def enter_code(guard: str, wrong: str = "") -> str:
    """Return the form for the device's code; `wrong` is the error of the previous attempt."""
    alert = f'<p role="alert" id="wrong">{escape(wrong)}</p>' if wrong else ""
    described = ' aria-describedby="wrong" aria-invalid="true"' if wrong else ""
    return (
        f'{alert}<form method="post" action="/devicelogin">{_guard(guard)}<label for="code">Code shown on '
        f"your device</label>"
        f'<input type="text" id="code" name="code" required autofocus autocomplete="off" spellcheck="false"{described}>'
        '<p><button class="main" type="submit">Next</button></p></form>'
    )


def choose_person(
    action: str, hidden: Mapping[str, str], people: Iterable[DirectoryUser], scopes: Iterable[str]
) -> str:
    """Return the form to choose a person, or cancel."""
    fields = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in hidden.items()
    )
    buttons = "".join(
        f'<p><button type="submit" name="person" value="{escape(each.address)}">{escape(each.name)}<br>'
        f"<small>{escape(each.address)}</small></button></p>"
        for each in people
    )
    wanted = "".join(f"<li>{escape(scope)}</li>" for scope in scopes)
    return (
        "<p>Only go on if you started this yourself, on a device that is in front of you.</p>"
        f"<p>It asks for:</p><ul>{wanted}</ul>"
        f'<form method="post" action="{escape(action)}">{fields}<fieldset><legend>Sign in as</legend>'
        f"{buttons}</fieldset>"
        '<p><button type="submit" name="cancel" value="1">Cancel</button></p></form>'
    )


def message(text: str, detail: str = "") -> str:
    """Return the page with the outcome."""
    more = f"<p><small>{escape(detail)}</small></p>" if detail else ""
    return f'<p role="status">{escape(text)}</p>{more}'


def post_back(address: str, fields: Mapping[str, str], nonce: str) -> str:
    """Return the form that posts the outcome to the application (response_mode form_post), by script or button."""
    inner = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in fields.items()
    )
    return (
        f'<form method="post" action="{escape(address)}" id="back">{inner}<button class="main" type="submit">Continue'
        f'</button></form><script nonce="{nonce}">document.getElementById("back").submit()</script>'
    )


def _guard(token: str) -> str:
    return f'<input type="hidden" name="guard" value="{escape(token)}">'
