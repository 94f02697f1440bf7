"""One module for each screen: a function from its state and a page to the parts that are drawn.

Screens hold no widgets and know no Kivy, so every size and place of them is tested in microseconds; what draws
a part is a widget with its rule in kv/widgets.
"""
