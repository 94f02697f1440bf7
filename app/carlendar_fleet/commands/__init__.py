"""The commands `carlendar fleet …`."""
