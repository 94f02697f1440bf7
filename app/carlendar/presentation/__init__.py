"""Makes one frozen state for each screen from data and restrictions. No Kivy."""
