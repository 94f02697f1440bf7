"""The Kivy user interface: draws frozen states and returns touches as actions."""
