"""Names of months in a few languages."""

_NAMES = """
january february march april may june july august september october november december
januar februar m\u00e4rz april mai juni juli august september oktober november dezember
janvier f\u00e9vrier mars avril mai juin juillet ao\u00fbt septembre octobre novembre d\u00e9cembre
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
janeiro fevereiro mar\u00e7o abril maio junho julho agosto setembro outubro novembro dezembro
januari februari maart april mei juni juli augustus september oktober november december
\u044f\u043d\u0432\u0430\u0440\u044f \u0444\u0435\u0432\u0440\u0430\u043b\u044f \u043c\u0430\u0440\u0442\u0430 \
\u0430\u043f\u0440\u0435\u043b\u044f \u043c\u0430\u044f \u0438\u044e\u043d\u044f \u0438\u044e\u043b\u044f \
\u0430\u0432\u0433\u0443\u0441\u0442\u0430 \u0441\u0435\u043d\u0442\u044f\u0431\u0440\u044f \
\u043e\u043a\u0442\u044f\u0431\u0440\u044f \u043d\u043e\u044f\u0431\u0440\u044f \
\u0434\u0435\u043a\u0430\u0431\u0440\u044f
januari februari mars april maj juni juli augusti september oktober november december
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
Portuguese, Dutch, Polish, Russian, Swedish."""
