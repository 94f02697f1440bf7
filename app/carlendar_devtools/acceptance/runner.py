"""Runs checks one after another and always cleans up, also after a failure or an interruption."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Collection, Iterable
from pathlib import PurePath

from carlendar import __version__
from carlendar.errors import CarlendarError, IdentityError
from carlendar.microsoft.clouds import CLOUD_NAMES
from carlendar_devtools.acceptance.checks import CHECKS, CLEAN_UP, DEVICE_CODE, LEFTOVERS, AcceptanceCheck
from carlendar_devtools.acceptance.report import AcceptanceReport, CheckResult, CheckStatus
from carlendar_devtools.acceptance.run import AcceptanceRun, CheckFailedError, CheckSkippedError, Figures

AUTHORITIES = ("common", "organizations", "consumers")


def chosen(only: Collection[str], *, read_only: bool) -> tuple[AcceptanceCheck, ...]:
    """Return the checks of a run: all or the named ones, with a sign-in first and a clean-up after those that write."""
    wanted = [check for check in CHECKS if not only or check.name in only]
    if read_only:
        wanted = [check for check in wanted if not check.writes]
    if not any(check.signs_in for check in wanted):
        wanted = [DEVICE_CODE, *wanted]
    if any(check.writes for check in wanted):
        wanted = [check for check in wanted if check not in (LEFTOVERS, CLEAN_UP)]
        at = next((at for at, check in enumerate(wanted) if check.writes), len(wanted))
        wanted = [*wanted[:at], LEFTOVERS, *wanted[at:], CLEAN_UP]
    return tuple(wanted)


class Runner:
    """Runs the checks of one run. `agreed` asks whether an account may be changed; `report` receives each result."""

    def __init__(
        self, run: AcceptanceRun, agreed: Callable[[str], bool], report: Callable[[CheckResult], object]
    ) -> None:
        self._run = run
        self._agreed = agreed
        self._report = report
        self._may_write: bool | None = None
        self._wrote = False
        self._interrupted = False
        self._results: list[CheckResult] = []

    def report(self, checks: Iterable[AcceptanceCheck], *, tenant: str, read_only: bool) -> AcceptanceReport:
        """Run the checks and return the report; an interruption ends them, but still cleans up."""
        run = self._run
        started = run.world.seconds()
        todo = tuple(checks)
        try:
            for check in todo:
                self._take(check)
        except KeyboardInterrupt:
            self._interrupted = True
            done = {result.name for result in self._results}
            self._after_interruption([check for check in todo if check.name not in done])
        finally:
            self._sign_out()
        return AcceptanceReport(
            version=__version__,
            cloud=run.cloud.name if run.cloud.name in CLOUD_NAMES else "custom",
            authority=tenant if tenant in AUTHORITIES else "one organisation",
            started=f"{run.begun:%Y-%m-%dT%H:%M:%S%z}",
            seconds=run.world.seconds() - started,
            read_only=read_only,
            interrupted=self._interrupted,
            checks=tuple(self._results),
        )

    def _after_interruption(self, todo: list[AcceptanceCheck]) -> None:
        """Skip the remaining checks except for cleaning up; a second interruption skips that too."""
        for check in todo:
            if check is CLEAN_UP and self._wrote:
                self._run.world.say("Interrupted; removing what was made (interrupt again to leave it to a later run).")
                try:
                    self._take(check)
                except KeyboardInterrupt:
                    self._keep(check, CheckStatus.FAILED, "interrupted; the next run removes what is left")
            else:
                self._keep(check, CheckStatus.SKIPPED, "interrupted")

    def _take(self, check: AcceptanceCheck) -> None:
        run = self._run
        started = run.world.seconds()
        status, reason, figures = CheckStatus.PASSED, "", {}
        try:
            self._require(check)
            self._wrote = self._wrote or check.writes
            figures = dict(check.run(run))
        except CheckSkippedError as skipped:
            status, reason = CheckStatus.SKIPPED, str(skipped)
        except CheckFailedError as failed:
            status, reason, figures = CheckStatus.FAILED, str(failed), dict(failed.figures)
        except CarlendarError as error:
            status, reason = CheckStatus.FAILED, _reason(error)
        except Exception as error:  # noqa: BLE001 - one check that breaks costs only itself; what it made is removed
            status, reason = CheckStatus.FAILED, f"a fault of Carlendar: {type(error).__name__} at {_place(error)}"
        self._keep(check, status, reason, run.world.seconds() - started, figures)

    def _require(self, check: AcceptanceCheck) -> None:
        """Raise CheckSkippedError if a check cannot be run."""
        run = self._run
        if check.signs_in:
            return
        account = run.signed_in
        if missing := [scope for scope in check.needs if not run.has((scope,))]:
            raise CheckSkippedError(f"the permission {missing[0]} was not granted")
        if check.writes and self._may_write is None:
            self._may_write = self._agreed(account.address)
        if check.writes and not self._may_write:
            raise CheckSkippedError("writing was not agreed to")

    def _keep(
        self,
        check: AcceptanceCheck,
        status: CheckStatus,
        reason: str,
        seconds: float = 0.0,
        figures: Figures | None = None,
    ) -> None:
        requests = self._run.http.taken()
        result = CheckResult(check.name, check.title, status, reason, seconds, figures or {}, requests)
        self._results.append(result)
        self._report(result)

    def _sign_out(self) -> None:
        account = self._run.account
        if account is not None:
            self._run.identity.sign_out(account.account_id)


def _reason(error: CarlendarError) -> str:
    """Return the kind of an error with its code, without names or content."""
    number = error.code if isinstance(error, IdentityError) else ""
    why = error.reason if isinstance(error, IdentityError) else ""
    return " ".join(part for part in (error.key, why, number, error.detail) if part)


def _place(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
