"""The emulated world: people, their calendars and the changes to them, independent of the servers.

Load a scenario with `carlendar_devtools.emulator.world.scenario.load_world`, read it with `World.events_between`, and
change it through a person's mailbox (`World.person`).
"""
