"""What goes wrong for reasons that the caller can do something about."""


class AnalysisInputError(ValueError):
    """An argument that does not fit the data: the message says what is wrong and what is available."""


class DatasetError(ValueError):
    """A data set that cannot be read: the message says where, why and what to do, in one or two lines."""


class DocumentError(ValueError):
    """A document that cannot be read: the message says why, in a few words that follow its name."""


class CorpusError(ValueError):
    """There is nothing to search: the message says what was named and why none of it could be read."""
