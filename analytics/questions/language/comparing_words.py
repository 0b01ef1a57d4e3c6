"""Comparatives and superlatives that imply what is measured, in English and German."""

MEASURED: dict[str, tuple[str, str]] = {
    # superlative or comparative: its direction, and the words of columns that it speaks of
    "oldest": ("max", "age"), "older": ("more", "age"), "youngest": ("min", "age"), "younger": ("less", "age"),
    "älter": ("more", "age"), "jünger": ("less", "age"), "älteste": ("max", "age alter"),
    "heaviest": ("max", "weight mass bodywt wt"), "heavier": ("more", "weight mass bodywt wt"),
    "lightest": ("min", "weight mass bodywt wt"),
    "lighter": ("less", "weight mass bodywt wt"), "longest": ("max", "distance duration length time"),
    "longer": ("more", "distance duration length time"), "shortest": ("min", "distance duration length time height"),
    "shorter": ("less", "distance duration length time"), "tallest": ("max", "height"), "taller": ("more", "height"),
    "most expensive": ("max", "price cost fare total amount"), "more expensive": ("more", "price cost fare"),
    "cheapest": ("min", "price cost fare total amount"), "cheaper": ("less", "price cost fare"),
    "hottest": ("max", "temp temperature"), "warmest": ("max", "temp temperature"),
    "hotter": ("more", "temp temperature"), "warmer": ("more", "temp temperature"),
    "coldest": ("min", "temp temperature"), "colder": ("less", "temp temperature"),
    "fastest": ("max", "speed velocity"), "slowest": ("min", "speed velocity"), "faster": ("more", "speed"),
    "rainiest": ("max", "precipitation rain rainfall precip"), "wettest": ("max", "precipitation rain precip"),
    "wetter": ("more", "precipitation rain precip"), "rainier": ("more", "precipitation rain precip"),
    "drier": ("less", "precipitation rain precip"), "windier": ("more", "wind"), "windiest": ("max", "wind"),
    "richest": ("max", "income gdp wealth"), "poorest": ("min", "income gdp wealth"),
    "deepest": ("max", "depth"), "deeper": ("more", "depth"), "shallowest": ("min", "depth"),
    "shallower": ("less", "depth"), "stronger": ("more", "magnitude mag strength"),
    "weaker": ("less", "magnitude mag strength"), "slower": ("less", "speed velocity"),
    "richer": ("more", "income gdp wealth"), "poorer": ("less", "income gdp wealth"),
    "largest population": ("max", "population pop"),
    "most populous": ("max", "population pop"), "least populous": ("min", "population pop"),
    "most valuable": ("max", "price value"), "priciest": ("max", "price cost fare"),
    "strongest": ("max", "magnitude mag strength"), "weakest": ("min", "magnitude mag strength"),
    "most profitable": ("max", "profit profits"), "least profitable": ("min", "profit profits"),
    "deadliest": ("max", "deaths killed fatalities"), "deadlier": ("more", "deaths killed fatalities"),
    "widest": ("max", "width"), "wider": ("more", "width"), "narrower": ("less", "width"),
    "most powerful": ("max", "horsepower power hp"), "biggest population": ("max", "population pop"),
    "schwerste": ("max", "weight mass gewicht"), "schwersten": ("max", "weight mass gewicht"),
    "schwerer": ("more", "weight mass gewicht"), "leichteste": ("min", "weight mass gewicht"),
    "leichter": ("less", "weight mass gewicht"), "teuerste": ("max", "price cost fare total preis"),
    "teuersten": ("max", "price cost fare total preis"), "teurer": ("more", "price cost fare preis"),
    "billigste": ("min", "price cost fare total preis"), "günstigste": ("min", "price cost fare total preis"),
    "längste": ("max", "distance duration length"), "längsten": ("max", "distance duration length"),
    "kürzeste": ("min", "distance duration length"), "jüngste": ("min", "age alter"),
    "ältesten": ("max", "age alter"),
    "wärmste": ("max", "temp temperature"), "heißeste": ("max", "temp temperature"),
    "kälteste": ("min", "temp temperature"), "wärmer": ("more", "temp temperature"),
    "kälter": ("less", "temp temperature"),
}  # fmt: skip
"""Words that compare by a measure that they imply."""

MORE = frozenset(["more", "higher", "larger", "greater", "bigger", "better"])
"""Words that set one side above the other, whatever is measured."""
LESS = frozenset(["less", "fewer", "lower", "smaller", "worse"])
"""Words that set one side below the other."""
