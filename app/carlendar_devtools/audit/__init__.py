"""The audit: measures what is drawn, on the live widget tree and its pixels, against the rules of safety.

It does not ask the layout what it meant: sizes come from the widgets and textures that are there, colours from
rendered pixels, answering areas from asking the widgets where they answer, and ways through the interface from
touching it. The numbers it measures against are its own copy of the restriction profile (`column`).
"""
