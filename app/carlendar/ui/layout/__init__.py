"""The layout of screens: nodes that kv/screens describes, which measure and place synchronously and give parts.

A node is no widget: it draws nothing and takes no touch. `carlendar.ui.layout.loader` builds the nodes of a screen from
its kv rule once and keeps them; a new state re-evaluates the rule's expressions.
"""

from carlendar.ui.kivy_hooks import import_language

import_language()  # before any part of Kivy is imported: see there
