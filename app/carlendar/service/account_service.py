"""Who may use the car's calendar: sign-ins, sign-outs, guests, "Erase all data", and what is kept how long."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

from carlendar.domain.account import Account, AccountState, Profile
from carlendar.domain.ports import SignedIn
from carlendar.errors import CarlendarError, StoreError
from carlendar.ipc.messages import DataChanged, Failure, Message
from carlendar.service.avatars import PortraitKeeper
from carlendar.service.ports import Options, Paths, Ports
from carlendar.service.sign_in import Request, SignInCoordinator
from carlendar.service.subscriptions import SubscriptionService
from carlendar.service.tenants import TenantPolicy
from carlendar.store.avatars import PortraitFolder
from carlendar.store.erase import clear_car, delete_moved_aside, erase_accounts
from carlendar.store.events import EventStore
from carlendar.store.folder import begin_erasing, is_erasing
from carlendar.store.retention import expire, overdue
from carlendar.store.user import UserStore

_log = logging.getLogger(__name__)


class AccountService:
    """Carries out the commands about people. Called on the service's main thread, but for `welcome`.

    `seat` is the profile in the seat; `claims` what the service wants proven, by account.
    """

    def __init__(
        self, paths: Paths, ports: Ports, options: Options, user: UserStore, events: EventStore,
        tell: Callable[[Message], None], arrived: Callable[[str], None],
    ) -> None:  # fmt: skip
        self._paths, self._ports, self._options = paths, ports, options
        self._user, self._events, self._tell, self._arrived = user, events, tell, arrived
        self.seat = ""
        self.claims: dict[str, str] = {}
        self.sign_in = SignInCoordinator(
            ports.identity, options.scopes, ports.elapsed, self.welcome, self._discard, tell, ports.open_url,
            options.more_scopes, self.judge,
        )  # fmt: skip
        self.portraits = PortraitKeeper(
            PortraitFolder(paths.folder), user, ports, lambda: tell(DataChanged("accounts"))
        )
        self._policy = TenantPolicy(options.tenants_allowed, ports.tenants)
        self.feeds = SubscriptionService(ports, options, user, arrived, self.sign_out)

    def obey(self, name: str, given: Mapping[str, str]) -> None:
        """Carry out a command; an unknown one is told as a failure."""
        account = given.get("account", "")
        if name == "sign_in":
            profile, way = given.get("profile", ""), given.get("way", "device")
            more = given.get("more") == "1" or self._has_more(account)
            self.sign_in.begin(Request(profile, way, account, self.claims.get(account, ""), more))
        elif name == "sign_in_cancel":
            self.sign_in.cancel()
        elif name == "sign_out":
            self.sign_out([account])
        elif name == "add_feed":
            self.feeds.add(given)
            self._tell(DataChanged("accounts"))
        elif name == "end_guest":
            self.end_guest(given.get("profile", "") or given.get("id", ""))
        elif name == "erase":
            self.clear()
        else:
            self.fail(name, "usage")

    def fail(self, command: str, reason: str) -> None:
        """Tell that a command could not be carried out."""
        self._tell(Failure(command[:100], reason))

    def judge(self, person: SignedIn) -> str:
        """The key of a refusal for people of an organisation that is not allowed, empty for none. May ask Microsoft."""
        allowed = self._policy.allows(person.tenant, ask=True)
        return "" if allowed else "wrong_tenant" if allowed is False else "service"

    def welcome(self, request: Request, person: SignedIn) -> str:
        """Take a signed-in person into the store; returns the key of a refusal, empty for none."""
        if request.account and person.account_id != request.account:
            return "wrong_account"
        known = self._user.account(person.account_id)
        if known is not None and self._is_anothers(known, request.profile):
            return "other_driver"
        profile = request.profile or (known.profile_id if known else "") or self._ports.new_id()
        self._name_profile(profile, person)
        now = self._ports.wall.now()
        self._user.save_account(
            Account(person.account_id, profile, person.address, person.name, person.cloud, AccountState.SIGNED_IN,
                    now, person.scopes, known.locale if known else "", tenant=person.tenant)
        )  # fmt: skip
        self.claims.pop(person.account_id, None)
        self._tell(DataChanged("accounts"))
        self._arrived(person.account_id)
        return ""

    def _is_anothers(self, known: Account, profile_id: str) -> bool:
        """Whether the account is of another driver who is still here: nobody's day moves to somebody else's seat."""
        others = {profile.id for profile in self._user.profiles()} - {profile_id}
        return bool(profile_id) and known.profile_id in others

    def _name_profile(self, profile_id: str, person: SignedIn) -> None:
        """A new profile bears its first account's name, and so does one that the car gave a name for want of it."""
        name = person.name or person.address
        if profile_id not in {held.id for held in self._user.profiles()}:
            self._user.save_profile(Profile(profile_id, name), self._options.occasion)
        self._user.name_profile(profile_id, name)

    def _refused(self, account: Account, *, ask: bool) -> bool:
        """Whether the administrator does not allow the account any more."""
        return not account.is_feed and self._policy.refuses(account.id, account.tenant, ask=ask)

    def _has_more(self, account_id: str) -> bool:
        """Whether the account has the further permissions: they are asked for again when it is renewed."""
        known = self._user.account(account_id) if account_id else None
        granted = {scope.casefold() for scope in known.scopes} if known else set()
        more = {scope.casefold() for scope in self._options.more_scopes}
        return bool(more & granted)

    def sign_out(self, account_ids: Iterable[str]) -> None:
        """Forget accounts and everything of theirs. The data go even where the tokens cannot be reached."""
        ids = list(account_ids)
        failure: CarlendarError | None = None
        for account_id in ids:
            self.claims.pop(account_id, None)
            try:
                self._ports.identity.sign_out(account_id)
            except CarlendarError as error:
                failure = error
        erase_accounts(self._paths.folder, self._user, self._events, ids, time.sleep)
        self._tell(DataChanged("accounts"))
        self._tell(DataChanged("events"))
        if failure is not None:
            raise failure

    def end_guest(self, profile_id: str) -> None:
        """Leave nothing of a guest; a profile that is no guest's stays and is told as a failure."""
        guests = {profile.id for profile in self._user.profiles() if profile.is_guest}
        if profile_id not in guests:
            self.fail("end_guest", "usage")
            return
        accounts = [account.id for account in self._user.accounts(profile_id)]
        self._user.remove_profile(profile_id)
        self.seat = "" if self.seat == profile_id else self.seat
        self.sign_out(accounts)

    def clear(self) -> None:
        """ "Erase all data": delete everything of all drivers. StoreError when something is left: it is tried again."""
        self.sign_in.cancel()
        with suppress(OSError):  # said by `clear_car`
            begin_erasing(self._paths.folder)
        for account in self._user.accounts():
            try:
                self._ports.identity.sign_out(account.id)
            except CarlendarError as error:
                _log.warning("an account could not be signed out, its tokens are deleted: %s", type(error).__name__)
        self.claims.clear()
        self.seat = ""
        clear_car(
            self._paths.folder, self._paths.tokens, time.sleep, user=self._user, events=self._events,
            forget=self._ports.forget,
        )  # fmt: skip
        self._tell(DataChanged("erased"))

    def chores(self) -> None:
        """What is done from time to time: a clearing that could not delete everything is tried again, and `expire`."""
        if is_erasing(self._paths.folder):
            self.clear()
        if refused := [account.id for account in self._user.accounts() if self._refused(account, ask=True)]:
            self.sign_out(refused)
        if self._ports.wall.is_set():  # an unset clock says nothing about what is old
            self.expire()

    def tidy(self) -> None:
        """At the start: guests of an earlier drive end; accounts that belong to nobody or are not allowed go."""
        guests = self._user.stale_guests(self._options.occasion)
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
            self.feeds.tidy()
        with suppress(CarlendarError):  # signed out while the keyring was locked
            for stray in self._ports.signed_in() - {account.id for account in self._user.accounts()}:
                self._ports.identity.sign_out(stray)

    def expire(self) -> None:
        """Delete what is too old; accounts that were blocked for too long lose everything."""
        now, limits = self._ports.wall.now(), self._options.limits
        delete_moved_aside(self._paths.folder, now - limits.unrefreshed)
        self.portraits.tidy(limits.unrefreshed)
        if expire(self._user, self._events, now, limits):
            self._tell(DataChanged("events"))
        if late := overdue(self._user, now, limits):
            self.sign_out([account.id for account in late])

    def _discard(self, account_id: str) -> None:
        """Sign somebody out who was not wanted, unless the car knows the account already."""
        try:
            if self._user.account(account_id) is None:
                self._ports.identity.sign_out(account_id)
        except StoreError as error:
            _log.warning("an unwanted sign-in was kept: %s", error.detail)
