"""One frozen state for each screen, made from data and restrictions. No Kivy."""
