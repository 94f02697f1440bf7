"""The emulated world: people, their calendars and what happens to them, whatever serves it.

Load a scenario with `carlendar_devtools.emulator.world.scenario.load_world`, look at it with `World.events_between`
and change it through the mailbox of a person (`World.person`).
"""
