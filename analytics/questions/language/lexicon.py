"""The words of questions, in English and German: words for columns, values and rows, and words without a subject."""

from analytics.questions.language.words import word_set

SYNONYMS: dict[str, str] = {
    # word of a question: words of column names that it may stand for, likeliest first
    "revenue": "revenue sales total amount turnover", "turnover": "revenue sales total",
    "sales": "sales revenue total",
    "born": "birth births", "baby": "birth births", "babies": "birth births",
    "children": "children birth births", "geburten": "birth births",
    "old": "age", "alt": "age alter", "alter": "age alter", "schwer": "weight mass gewicht",
    "kostet": "price cost fare", "kostete": "price cost fare", "sold": "sales sold",
    "kosten": "cost price fare", "lebenserwartung": "life expectancy", "capita": "percap capita percapita",
    "geboren": "birth births", "kinder": "birth births children", "rechnung": "bill", "verdienen": "salary income",
    "gehalt": "salary income wage", "einkommen": "income", "gewicht": "weight mass", "länge": "length",
    "größe": "size height", "höhe": "height", "breite": "width", "entfernung": "distance", "tiefe": "depth",
    "fluggäste": "passengers", "bevölkerung": "population pop", "bip": "gdp", "jahreszeit": "season",
    "geschwindigkeit": "speed", "spritverbrauch": "mpg", "verbrauch": "consumption mpg",
    "wages": "wage salary earnings", "earnings": "earnings income wage salary",
    "wage": "wage salary earnings",
    "port": "port embark harbour", "magnitude": "mag magnitude", "horsepower": "hp horsepower",
    "cylinders": "cyl cylinders", "gallon": "mpg gallon", "aged": "age", "ages": "age", "years old": "age",
    "heavy": "weight mass",
    "weigh": "weight mass", "weight": "weight mass", "long": "distance duration length", "tall": "height",
    "expensive": "price cost fare", "cost": "cost price fare", "costs": "cost price fare", "price": "price cost",
    "preis": "price preis cost", "paid": "price fare amount total salary wage",
    "pay": "price fare salary wage earnings amount total",
    "pays": "price fare salary wage earnings",
    "spent": "spending spend expenditure expense", "spends": "spending spend expenditure expense",
    "earn": "income salary wage earnings", "earns": "income salary wage earnings", "salary": "salary income wage",
    "temperature": "temp temperature", "temperatures": "temp temperature", "temperatur": "temperature temp",
    "rain": "precipitation rain precip rainfall", "rainfall": "precipitation rain precip",
    "regen": "precipitation rain", "mileage": "mileage mpg gallon", "consumption": "consumption mpg gallon",
    "power": "horsepower power hp", "sex": "sex gender", "gender": "gender sex", "geschlecht": "sex gender",
    "trinkgeld": "tip", "tips": "tip", "fahrpreis": "fare", "klasse": "class", "insel": "island", "art": "species",
    "hersteller": "manufacturer maker brand", "maker": "manufacturer", "makers": "manufacturer",
    "umsatz": "revenue sales total", "gewinn": "profit", "menge": "quantity amount", "kunden": "customer",
    "land": "country", "länder": "country", "stadt": "city", "städte": "city", "bundesstaat": "state",
    "bundesstaaten": "state", "produkt": "product", "colour": "color", "colours": "color", "coloured": "color",
    "farbe": "color", "region": "region", "überlebt": "survived",
    "überlebten": "survived", "gestrichen": "cancelled", "flüge": "flights", "verspätung": "delay",
    "airport": "airport origin", "airports": "airport origin", "flughafen": "airport origin",
    "zahlungsart": "payment", "zahlung": "payment",
    "dropoffs": "dropoff", "town": "town city", "nation": "country entity nation",
    "country": "country entity nation location geo", "countries": "country entity nation location geo",
    "wealth": "gdp income", "wealthy": "gdp income", "population": "population pop", "einwohner": "population pop",
    "people": "population pop",
    "windy": "wind", "mass": "mass weight bodywt wt", "built": "built year", "died": "deaths died",
    "killed": "deaths killed fatalities", "surviving": "survived", "survivors": "survived", "survivor": "survived",
}  # fmt: skip
"""Words that stand for a column in other words than its name."""

VALUES: dict[str, str] = {
    "women": "female", "woman": "female", "girls": "female", "men": "male", "man": "male", "boys": "male",
    "males": "male", "females": "female", "frauen": "female", "männer": "male", "weiblich": "female",
    "männlich": "male", "weibliche": "female", "weiblichen": "female", "männliche": "male", "männlichen": "male",
    "ersten": "first", "erste": "first", "erster": "first", "zweiten": "second",
    "zweite": "second", "zweiter": "second", "dritten": "third", "dritte": "third", "dritter": "third",
    "mittagessen": "lunch", "abendessen": "dinner",
    "bar": "cash", "kreditkarte": "credit card", "child": "child", "children": "child",
    "kinder": "child", "sunny": "sun", "american": "usa", "americans": "usa", "germans": "germany",
    "german": "germany", "british": "uk", "french": "france", "spanish": "spain", "dutch": "netherlands",
    "swedish": "sweden", "english": "england", "danish": "denmark",
}  # fmt: skip
"""Words that stand for a value in other words."""

OPPOSITES: dict[str, str] = dict.fromkeys(
    ["died", "dead", "perished", "drowned", "starb", "starben", "gestorben"], "survived"
)
"""Words that say the opposite of what a flag's name says."""

PEOPLE = word_set(
    "people persons person individuals humans passengers patients participants respondents leute personen"
    " passenger patient participant respondent"
    " menschen passagiere"
)
"""Nouns for the rows of a table that has an age or a sex."""

ROWS = word_set(
    "rows row records record entries entry observations observation cases points zeilen einträge datensätze lines times"
    " readings measurements samples"
)
"""Nouns for the rows of any table."""

FREE = word_set(
    "a an the of in on at is are was were be been by for from to with and or do does did has have had there it"
    " its this that these those what which who whose how i me my we us our you your show tell give list find"
    " please each every per all any data set table dataset column columns value values their they them as so if"
    " about than more less fewer most least between during into out over across among within end ends ended ending"
    " arrive arrives arrived finish finished come comes came coming start starts started begin begins took take"
    " takes taken make makes made get gets got go goes went going happen happened occur occurs occurred live lives"
    " lived show shows shown appear appears belong see seen contain contains include includes place placed use"
    " used travel travelled traveled built single one much many often strongly strong both together same also when"
    " where can could method methods category categories but then group groups grouped broken down kind type ones"
    " only measured recorded registered reported observed born embark embarked leave left depart departed receive"
    " received rule using according der die das den dem des ein eine einer eines einem einen im am in an auf aus"
    " bei mit von vom zu zum zur und oder ist sind war waren wird werden wurde wurden hat haben hatte hatten gab"
    " gibt es gibts nach pro je jede jeder jedes was wie welche welcher welches welchem welchen wo wann viele viel"
    " speak speaks spoke spoken flew flown fly boarded boarding sailed reisten reiste fuhren flogen beim leben lebten"
    " wiegt wiegen any given produced production produziert"
    " calculate calculated compute computed determine identify check verify find out whether provided file csv yes"
    " found discovered detected done incurred following test examine explore"
    " travelling traveling hoch alle über unter als kommen kam für bezahlt sich zwischen mehr weniger"
)
"""Words that carry no subject of their own."""

UNITS = word_set(
    "mm cm m km mi in inch inches ft lb lbs kg g mg l usd eur dollar dollars euro euros pct percent years year"
    " old gt miles mile pounds pound grams minutes hours days c f degrees mph ms carat carats mph million cents"
    " points"
)
"""Words of units, which names of columns end in and numbers are followed by."""
