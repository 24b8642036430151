"""What ``script/bench`` measures: pages, papers, the second start, a ZIP of evidence, reminders of
the country.

``__main__`` makes environments and prints; every measurement runs in a process of its own
(``child``), because Django reads its settings once.
"""
