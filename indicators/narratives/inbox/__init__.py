"""The inbox: evidence put in on the day of the event, sorted later by who collects."""
