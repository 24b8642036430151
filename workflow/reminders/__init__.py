"""Reminders: who is reminded of what, when, and who is notified when nothing happens.

* ``schedule``: on which day which stage of a todo begins; data of the office.
* ``escalation``: who is notified of what is overdue.
* ``planning``: writes what is owed and missing.
* ``digests``: makes one message a day of it, and messages about new work at once.
* ``sweep``: one round of both, run every minute.
* ``revalidation``: asks again before anything is sent.
* ``personal_message``: a message from a person to somebody who is late.
* ``lateness``: how late a year is, and the counts of each day.
* ``queries``: what the pages show of all this.
* ``calendar_feed``: what waits for a person, for their calendar program.
"""
