"""The Call screen, and the intents that join, dial and leave."""
