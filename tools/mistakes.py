"""What an author's command says when it was asked for something that is not there."""


class Mistake(Exception):
    """The command cannot be done as it was given; the text says why."""
