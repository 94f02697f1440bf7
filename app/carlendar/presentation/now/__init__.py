"""Now, the home screen: what is next, its action, reminders and notices."""
