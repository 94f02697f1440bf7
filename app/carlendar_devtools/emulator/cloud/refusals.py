"""How Microsoft's identity platform refuses: OAuth error, suberror, AADSTS number and message.

Source: Microsoft's list of AADSTS error codes and RFC 6749, 6750 and 8628. Clients decide on `error` and
`suberror`; the number is for people. `suberror` states what can be done: `basic_action` and
`additional_action` (sign in again), `message_only` (nothing here; ask an administrator),
`consent_required`, `user_password_expired`, `bad_token`, `token_expired`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """One outcome of the token endpoint. `status` is HTTP's."""

    error: str
    number: int
    text: str
    suberror: str = ""
    status: int = 400
    claims: str = ""


class OAuthError(Exception):
    """A request to the identity platform that ends in a refusal."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.error)
        self.refusal = refusal


_GRANT, _INTERACT = "invalid_grant", "interaction_required"

REFUSALS: dict[str, Refusal] = {
    "pending": Refusal(
        "authorization_pending", 70016, "OAuth 2.0 device flow error. Authorization is pending. Continue polling."
    ),
    "slow_down": Refusal("slow_down", 70016, "OAuth 2.0 device flow error. The client polls too often."),
    "expired_code": Refusal(
        "expired_token",
        70020,
        "The provided value for the input parameter 'device_code' is not valid. This device code has expired.",
    ),
    "bad_code": Refusal(
        "bad_verification_code",
        70018,
        "Bad verification code. Invalid verification code due to user typing in wrong user code for device code flow.",
    ),
    "declined": Refusal("authorization_declined", 65004, "User declined to consent to access the app."),
    "code_redeemed": Refusal(
        _GRANT,
        54005,
        "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an "
        "existing refresh token.",
    ),
    "code_expired": Refusal(
        _GRANT,
        70008,
        "The provided authorization code or refresh token has expired due to inactivity. Send a new "
        "interactive authorization request for this user and resource.",
    ),
    "bad_verifier": Refusal(
        _GRANT, 501481, "The Code_Verifier does not match the code_challenge supplied in the authorization request."
    ),
    "bad_grant": Refusal(
        _GRANT,
        70000,
        "The provided value for the input parameter 'refresh_token' or 'assertion' is not valid.",
        "bad_token",
    ),
    "revoked": Refusal(
        _GRANT,
        50173,
        "The provided grant has expired due to it being revoked, a fresh auth token is needed.",
        "bad_token",
    ),
    "inactive": Refusal(_GRANT, 700082, "The refresh token has expired due to inactivity.", "token_expired"),
    "blocked_by_policy": Refusal(
        _GRANT,
        53003,
        "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.",
        "message_only",
    ),
    "device_needed": Refusal(_INTERACT, 50097, "Device authentication is required.", "additional_action"),
    "device_not_compliant": Refusal(
        _INTERACT,
        53000,
        "Device is not in required device state: compliant. Conditional Access policy requires a "
        "compliant device, and the device is not compliant.",
        "message_only",
    ),
    "device_not_joined": Refusal(
        _INTERACT, 53001, "Device is not in required device state: domain_joined.", "message_only"
    ),
    "app_not_approved": Refusal(
        _INTERACT, 53002, "The app used is not an approved app for Conditional Access.", "message_only"
    ),
    "second_factor": Refusal(
        _INTERACT,
        50076,
        "Due to a configuration change made by your administrator, or because you moved to a new "
        "location, you must use multi-factor authentication to access the resource.",
        "basic_action",
    ),
    "second_factor_enroll": Refusal(
        _INTERACT,
        50079,
        "Due to a configuration change made by your administrator, you must enroll in multi-factor "
        "authentication to access the resource.",
        "basic_action",
    ),
    "disabled": Refusal(_GRANT, 50057, "The user account is disabled."),
    "expired_password": Refusal(_GRANT, 50055, "The password is expired.", "user_password_expired"),
    "locked": Refusal(
        _GRANT,
        50053,
        "The account is locked, you've tried to sign in too many times with an incorrect user ID or password.",
    ),
    "unknown_person": Refusal(_GRANT, 50034, "The user account does not exist in this directory."),
    "not_assigned": Refusal(
        _GRANT,
        50105,
        "Your administrator has configured the application to block users unless they are specifically "
        "granted access to the application.",
    ),
    "wrong_tenant": Refusal(
        _GRANT,
        50020,
        "User account from this identity provider does not exist in the tenant and cannot access the application.",
    ),
    "personal_account": Refusal(
        _GRANT,
        500200,
        "User account is a personal Microsoft account. Personal Microsoft accounts are not supported for this "
        "application unless explicitly invited to an organization.",
    ),
    "consent_needed": Refusal(
        _GRANT,
        65001,
        "The user or administrator has not consented to use the application. Send an interactive "
        "authorization request for this user and resource.",
        "consent_required",
    ),
    "admin_consent_needed": Refusal(
        _GRANT,
        90094,
        "An administrator of this organization has set a policy that prevents you from granting the "
        "application the permissions it is requesting.",
        "message_only",
    ),
    "sign_in_frequency": Refusal(
        _GRANT,
        70043,
        "The refresh token has expired or is invalid due to sign-in frequency checks by Conditional Access.",
        "token_expired",
    ),
    "unknown_tenant": Refusal(
        "invalid_request",
        90002,
        "Tenant not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.",
    ),
    "unknown_client": Refusal(
        "unauthorized_client",
        700016,
        "Application with this identifier was not found in the directory. You may have sent your "
        "authentication request to the wrong tenant.",
    ),
    "secret_of_public_client": Refusal(
        "invalid_client",
        700025,
        "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
        status=401,
    ),
    "bad_redirect": Refusal(
        "invalid_request",
        50011,
        "The redirect URI specified in the request does not match the redirect URIs configured for the application.",
    ),
    "bad_request": Refusal("invalid_request", 900144, "The request body must contain the required parameters."),
    "bad_scope": Refusal("invalid_scope", 70011, "The provided value for the input parameter 'scope' is not valid."),
    "many_resources": Refusal(
        "invalid_request",
        28000,
        "Provided value for the input parameter scope is not valid because it contains more than one resource.",
    ),
    "bad_grant_type": Refusal("unsupported_grant_type", 70003, "The app requested an unsupported grant type."),
    "unavailable": Refusal(
        "temporarily_unavailable", 90033, "A transient error has occurred. Please try again.", status=503
    ),
}
"""By the names that the control API and scenarios use."""


def refuse(name: str) -> OAuthError:
    """Return the error of that name."""
    return OAuthError(REFUSALS[name])
