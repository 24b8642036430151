"""Files that people with bad intentions bring, made by a program."""
