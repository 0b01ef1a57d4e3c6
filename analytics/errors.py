"""Errors that the caller can do something about."""


class AnalysisInputError(ValueError):
    """An argument does not fit the data. The message says what is wrong and what is available."""


class DatasetError(ValueError):
    """A data set cannot be read. The message says where, why and what to do, in one or two lines."""


class DocumentError(ValueError):
    """A document cannot be read. The message says why, in a few words that follow the document's name."""


class CorpusError(ValueError):
    """No source could be read. The message says which were named, and why each failed."""
