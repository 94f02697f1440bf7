"""Commands to cars: signed, numbered, offered until each has its result."""
