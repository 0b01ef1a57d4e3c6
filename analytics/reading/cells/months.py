"""Names of months in a few languages."""

_NAMES = """
january february march april may june july august september october november december
januar februar m\u00e4rz april mai juni juli august september oktober november dezember
janvier f\u00e9vrier mars avril mai juin juillet ao\u00fbt septembre octobre novembre d\u00e9cembre
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
janeiro fevereiro mar\u00e7o abril maio junho julho agosto setembro outubro novembro dezembro
januari februari maart april mei juni juli augustus september oktober november december
stycznia lutego marca kwietnia maja czerwca lipca sierpnia wrze\u015bnia pa\u017adziernika listopada grudnia
"""
_SHORT = """
jan feb mar apr may jun jul aug sep oct nov dec
j\u00e4n febr m\u00e4r apr mai jun jul aug sept okt nov dez
janv f\u00e9vr mrz avr mai juin juil ao\u00fb sept oct nov d\u00e9c
ene febr mrt abr may jun jul ago set oct nov dic
gen feb mar apr mag giu lug ago sett ott nov dic
jan fev mar abr mai jun jul ago set out nov dez
"""

MONTHS: dict[str, int] = {
    name: position for line in (_NAMES + _SHORT).split("\n") for position, name in enumerate(line.split(), 1)
}
"""Number of a month by its name or abbreviation in small letters: English, German, French, Spanish, Italian,
Portuguese, Dutch, Polish."""
