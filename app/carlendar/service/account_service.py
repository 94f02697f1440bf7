"""Accounts and drivers: sign-in, sign-out, guests, "Erase all data", and retention."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

from carlendar.domain.account import Account, AccountState, AppRole, Permission, Profile
from carlendar.domain.ports import SignedIn
from carlendar.errors import CarlendarError, StoreError
from carlendar.ipc.messages import DataChanged, Failure, Message
from carlendar.service.avatars import AvatarUpdater
from carlendar.service.ports import Paths, ServiceOptions, ServicePorts
from carlendar.service.presence_service import PresenceService
from carlendar.service.sign_in import SignInCoordinator, SignInRequest
from carlendar.service.subscriptions import SubscriptionService
from carlendar.service.tenants import TenantPolicy
from carlendar.store.avatars import AvatarFolder
from carlendar.store.erase import delete_moved_aside, erase_accounts, erase_all
from carlendar.store.events import EventStore
from carlendar.store.folder import begin_erasing, is_erasing
from carlendar.store.records import FETCHED
from carlendar.store.retention import expire, forget_events, overdue
from carlendar.store.user import UserStore

_log = logging.getLogger(__name__)


class AccountService:
    """Carries out the account commands. Called on the service's main thread, except for `admit`.

    `active_profile` is the id of the profile in use; `claims` are the claims challenges, by account.
    """

    def __init__(
        self, paths: Paths, ports: ServicePorts, options: ServiceOptions, user: UserStore, events: EventStore,
        notify: Callable[[Message], None], arrived: Callable[[str], None],
    ) -> None:  # fmt: skip
        self._paths, self._ports, self._options = paths, ports, options
        self._user, self._events, self._notify, self._arrived = user, events, notify, arrived
        self.active_profile = ""
        self.adopt_consents: Callable[[], None] = lambda: None
        """Called when drivers or their accounts have changed; set by the composition."""
        self.claims: dict[str, str] = {}
        self.sign_in = SignInCoordinator(
            ports.identity, options.scopes, ports.elapsed, self.admit, self._sign_out_rejected, notify, ports.open_url,
            options.more_scopes, self.check_allowed,
        )  # fmt: skip
        self.avatars = AvatarUpdater(AvatarFolder(paths.folder), user, ports, lambda: notify(DataChanged("accounts")))
        self.presence = PresenceService(ports.in_call, user.account, notify)
        self._policy = TenantPolicy(options.tenants_allowed, ports.tenants)
        self.feeds = SubscriptionService(ports, options, user, arrived, self.sign_out)

    def execute(self, name: str, arguments: Mapping[str, str]) -> None:
        """Carry out a command; report an unknown one as a failure."""
        account = arguments.get("account", "")
        if name == "sign_in":
            profile, method = arguments.get("profile", ""), arguments.get("way", "device")
            permission, claims = arguments.get("more", ""), self.claims.get(account, "")
            more = permission == Permission.ANSWERS or self._has_extra_permissions(account)
            scopes = self._scopes(account, permission)
            calls = permission == Permission.CALLS and bool(self._options.calling_scopes)
            self.sign_in.begin(SignInRequest(profile, method, account, claims, more and not calls, scopes))
        elif name == "sign_in_cancel":
            self.sign_in.cancel()
        elif name == "sign_out":
            self.sign_out([account])
        elif name == "presence":
            self.presence.ask(account)
        elif name == "add_feed":
            self.feeds.add(arguments)
            self._notify(DataChanged("accounts"))
        elif name == "end_guest":
            self.end_guest(arguments.get("profile", "") or arguments.get("id", ""))
        elif name == "erase":
            self.erase_all()
        else:
            self.report_failure(name, "usage")

    def report_failure(self, command: str, reason: str) -> None:
        """Report that a command could not be carried out."""
        self._notify(Failure(command[:100], reason))

    def check_allowed(self, person: SignedIn) -> str:
        """Return the reason key if the person's organisation is not allowed, else empty. May query Microsoft."""
        allowed = self._policy.allows(person.tenant, ask=True)
        return "" if allowed else "wrong_tenant" if allowed is False else "service"

    def admit(self, request: SignInRequest, person: SignedIn) -> str:
        """Store the account of a signed-in person; return the reason key of a refusal, else empty."""
        if request.account and person.account_id != request.account:
            return "wrong_account"
        known = self._user.account(person.account_id)
        if known is not None and self._belongs_to_another(known, request.profile):
            return "other_driver"
        profile = request.profile or (known.profile_id if known else "") or self._ports.new_id()
        self._name_profile(profile, person)
        now, granted = self._ports.wall.now(), _granted(known, person.scopes)
        self._user.save_account(
            Account(person.account_id, profile, person.address, person.name, person.cloud, AccountState.SIGNED_IN,
                    now, granted, known.locale if known else "", tenant=person.tenant, roles=person.roles)
        )  # fmt: skip
        self.adopt_consents()
        self.claims.pop(person.account_id, None)
        self._notify(DataChanged("accounts"))
        self._arrived(person.account_id)
        return ""

    def adopt_roles(self, account: Account) -> None:
        """Adopt what the account's organisation restricts, by the ID token that came with the latest access token."""
        if account.is_feed:
            return
        try:
            changed = self._user.set_account_roles(account.id, self._ports.roles_of(account.id))
        except CarlendarError as error:
            _log.warning("the roles of an account were not adopted: %s", type(error).__name__)
            return
        if changed:
            self.adopt_consents()
            self._notify(DataChanged("accounts"))

    def _belongs_to_another(self, known: Account, profile_id: str) -> bool:
        """Whether the account belongs to another existing profile: accounts do not move between drivers."""
        others = {profile.id for profile in self._user.profiles()} - {profile_id}
        return bool(profile_id) and known.profile_id in others

    def _name_profile(self, profile_id: str, person: SignedIn) -> None:
        """Create the profile with the name of its first account, or replace a provisional name."""
        name = person.name or person.address
        if profile_id not in {held.id for held in self._user.profiles()}:
            self._user.save_profile(Profile(profile_id, name), self._options.boot_id)
        self._user.name_profile(profile_id, name)

    def _refused(self, account: Account, *, ask: bool) -> bool:
        """Whether the administrator no longer allows the account."""
        return not account.is_feed and self._policy.refuses(account.id, account.tenant, ask=ask)

    def _has_extra_permissions(self, account_id: str) -> bool:
        """Whether the account has the additional permissions, which are then requested again on renewal."""
        known = self._user.account(account_id) if account_id else None
        granted = {scope.casefold() for scope in known.scopes} if known else set()
        more = {scope.casefold() for scope in self._options.more_scopes}
        return bool(more & granted)

    def _scopes(self, account_id: str, permission: str) -> tuple[str, ...]:
        """Return the permissions to request: of another resource alone, else the usual ones and the optional ones that
        are wanted or were granted.
        """
        if permission == Permission.CALLS and self._options.calling_scopes:
            return tuple(self._options.calling_scopes)
        known = self._user.account(account_id) if account_id else None
        granted = {scope.casefold() for scope in known.scopes} if known else set()
        wanted = permission == Permission.PRESENCE
        optional = [each for each in self._options.optional_scopes if wanted or each.casefold() in granted]
        return (*self._options.scopes, *optional)

    def sign_out(self, account_ids: Iterable[str]) -> None:
        """Delete accounts and all their data. The data is deleted even if the tokens cannot be accessed."""
        ids = list(account_ids)
        failure: CarlendarError | None = None
        for account_id in ids:
            self.claims.pop(account_id, None)
            try:
                self._ports.identity.sign_out(account_id)
            except CarlendarError as error:
                failure = error
        erase_accounts(self._paths.folder, self._user, self._events, ids, time.sleep)
        self._notify(DataChanged("accounts"))
        self._notify(DataChanged("events"))
        if failure is not None:
            raise failure

    def end_guest(self, profile_id: str) -> None:
        """Delete a guest profile and its data; for any other profile, report a failure."""
        guests = {profile.id for profile in self._user.profiles() if profile.is_guest}
        if profile_id not in guests:
            self.report_failure("end_guest", "usage")
            return
        accounts = [account.id for account in self._user.accounts(profile_id)]
        self._user.remove_profile(profile_id)
        self.active_profile = "" if self.active_profile == profile_id else self.active_profile
        self.sign_out(accounts)

    def erase_all(self) -> None:
        """ "Erase all data": delete all data of all drivers. StoreError if anything remains; it is then tried again."""
        self.sign_in.cancel()
        with suppress(OSError):  # reported by `erase_all`
            begin_erasing(self._paths.folder)
        for account in self._user.accounts():
            try:
                self._ports.identity.sign_out(account.id)
            except CarlendarError as error:
                _log.warning("an account could not be signed out; its tokens are deleted: %s", type(error).__name__)
        self.claims.clear()
        self.active_profile = ""
        erase_all(
            self._paths.folder, self._paths.tokens, time.sleep, user=self._user, events=self._events,
            forget=self._ports.forget,
        )  # fmt: skip
        self._notify(DataChanged("erased"))

    def fetched(self, account: Account) -> None:
        """Note that an account was fetched in this boot, if nothing of it is kept for another one."""
        with suppress(StoreError):  # as when the service ends
            held = self._user.account(account.id)
            if held is not None and AppRole.NO_CACHE in held.roles:
                self._user.prefer(FETCHED + account.id, self._options.boot_id)

    def forget_uncached(self) -> None:
        """Delete the events of accounts of which nothing is kept after a drive."""
        uncached = [account.id for account in self._user.accounts() if AppRole.NO_CACHE in account.roles]
        if uncached:
            for account_id in uncached:
                self._user.prefer(FETCHED + account_id, "")
                self._user.forget_joined_of(account_id)
            forget_events(self._events, uncached)

    def run_maintenance(self) -> None:
        """Periodic maintenance: complete an unfinished erase, and `expire`."""
        if is_erasing(self._paths.folder):
            self.erase_all()
        if refused := [account.id for account in self._user.accounts() if self._refused(account, ask=True)]:
            self.sign_out(refused)
        if self._ports.wall.is_set():  # without the time, the age of data is unknown
            self.expire()

    def clean_up(self) -> None:
        """Clean up at start-up: remove guests of an earlier boot and accounts that are orphaned or not allowed."""
        with suppress(StoreError):
            self.forget_uncached()
        guests = self._user.stale_guests(self._options.boot_id)
        for guest in guests:
            self._user.remove_profile(guest.id)
        profiles = {profile.id for profile in self._user.profiles()}
        strays = [
            account.id
            for account in self._user.accounts()
            if account.profile_id not in profiles or self._refused(account, ask=False)
        ]
        if strays or guests:
            with suppress(CarlendarError):
                self.sign_out(strays)
        with suppress(CarlendarError):
            self.feeds.reconcile()
        with suppress(CarlendarError):  # the keyring is locked
            for stray in self._ports.signed_in() - {account.id for account in self._user.accounts()}:
                self._ports.identity.sign_out(stray)

    def expire(self) -> None:
        """Delete data that is too old, and all data of accounts that have been blocked for too long."""
        now, limits = self._ports.wall.now(), self._options.limits
        delete_moved_aside(self._paths.folder, now - limits.unrefreshed)
        self.avatars.clean_up(limits.unrefreshed)
        if expire(self._user, self._events, now, limits):
            self._notify(DataChanged("events"))
        if late := overdue(self._user, now, limits):
            self.sign_out([account.id for account in late])

    def _sign_out_rejected(self, account_id: str) -> None:
        """Sign out an account that was not admitted, unless it is stored already."""
        try:
            if self._user.account(account_id) is None:
                self._ports.identity.sign_out(account_id)
        except StoreError as error:
            _log.warning("a rejected sign-in could not be signed out: %s", error.detail)


def _granted(known: Account | None, scopes: tuple[str, ...]) -> tuple[str, ...]:
    """Return an account's scopes after a sign-in, which leaves those of other resources as they were."""
    if known is None:
        return scopes
    resources = {scope.rpartition("/")[0] for scope in scopes}
    return (*scopes, *(scope for scope in known.scopes if scope.rpartition("/")[0] not in resources))
