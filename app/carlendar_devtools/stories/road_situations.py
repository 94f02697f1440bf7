"""Situations on the way to a meeting: arrival, when to leave, and what is said to the organiser."""

from __future__ import annotations

from carlendar.domain.agenda import occurrence_key
from carlendar.domain.place import Position
from carlendar.ipc.messages import NavigationStatus, Travel, TravelLeg
from carlendar.presentation.vehicle_context import VehicleContext
from carlendar_devtools.stories.scenario_rig import RigSession
from carlendar_devtools.stories.story_situation import PARKED, Act, StorySituation, after_reminders, chain, found

FAR = Position(53.62, 10.12)
"""Where the car is: some way from every place of the scenario `commute`."""
LUNCH = "Lunch with Ben"


def travels(minutes: float, *, live: bool = True, metres: float = 18_000, range_metres: float | None = None) -> Act:
    """Let the lunch be so many minutes of driving away."""

    def act(session: RigSession) -> None:
        session.presenter.vehicle(VehicleContext(here=FAR, range_metres=range_metres))
        session.presenter.tick()
        key = occurrence_key(found(session.read(), LUNCH).event)
        leg = TravelLeg(key, minutes * 60, metres, live, "routing")
        session.presenter.service_said(Travel((leg,)))
        session.pass_time(15)

    return act


def guides(session: RigSession) -> None:
    """Let the navigation guide to the lunch."""
    key = occurrence_key(found(session.read(), LUNCH).event)
    session.presenter.service_said(NavigationStatus("guiding", key, ours=True))
    session.pass_time(15)


ROAD = (
    StorySituation("drive-arrival-late", "12:29", act=chain(after_reminders(), travels(40))),
    StorySituation("drive-arrival-early", "12:29", act=chain(after_reminders(), travels(12))),
    StorySituation("drive-arrival-about", "12:29", act=chain(after_reminders(), travels(40, live=False))),
    StorySituation("drive-arrival-guided", "12:29", act=chain(after_reminders(), travels(40), guides)),
    StorySituation("drive-arrival-charge", "12:29", act=chain(after_reminders(), travels(40, range_metres=20_000)),
                   like="drive-arrival-late"),
    StorySituation("drive-arrival-free", "11:20", act=chain(after_reminders(), travels(81))),
    StorySituation("drive-leave", "12:20", PARKED, chain(after_reminders(), travels(17))),
    StorySituation("drive-leave-free", "11:20", PARKED, chain(after_reminders(), travels(17))),
)  # fmt: skip
