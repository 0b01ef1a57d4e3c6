"""Names of models in settings."""


def plain_name(model: str) -> str:
    """Return a model's name without the interface to it: OpenAI's two belong to one provider.

    Args:
        model: Provider and name, such as `openai-chat:gpt-5-mini`.
    """
    provider, _, name = model.partition(":")
    return f"{provider.removesuffix('-chat').removesuffix('-responses')}:{name}"
