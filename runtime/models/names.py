"""Names of models, as settings have them and as they are shown."""


def plain_name(model: str) -> str:
    """Return a model's name without the interface to it: OpenAI's two belong to one provider.

    Args:
        model: Provider and name, such as `openai-chat:gpt-5-mini`; several with commas between, or `offline`.
    """
    return ",".join(map(_plain, model.split(",")))


def _plain(model: str) -> str:
    provider, separator, name = model.partition(":")
    return f"{provider.removesuffix('-chat').removesuffix('-responses')}{separator}{name}"
