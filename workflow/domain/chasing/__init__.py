"""Chasing: who is reminded of what, when, and by whom it is heard if nothing happens.

* ``schedule``: on which day which stage of a todo begins.
* ``superiors``: who hears of what is overdue.
* ``planning``: writes what is owed and missing.
* ``digests``: gathers it into one message a day, and news of new work at once.
* ``truth``: asks again before anything is sent.
* ``words``: a personal word to somebody who is late.
* ``lateness``: the figures of the dashboard.
"""
