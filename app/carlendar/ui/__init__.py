"""The Kivy interface: it draws frozen states and hands touches back as actions."""
