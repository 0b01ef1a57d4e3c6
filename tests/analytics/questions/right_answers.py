"""Plain questions and what is right, computed with pandas alone; None for what the data cannot answer."""

from collections.abc import Callable

import pandas as pd

Right = Callable[[pd.DataFrame], list[object]]

QUESTIONS: list[tuple[str, str, Right | None]] = []


def _add(table: str, questions: dict[str, Right | None]) -> None:
    QUESTIONS.extend((table, question, right) for question, right in questions.items())


def _share(mask: pd.Series) -> float:
    return 100 * float(mask.mean())


def _two_years(d: pd.DataFrame, country: str, column: str, first: int, second: int) -> list[object]:
    one, other = (float(d[(d.country == country) & (d.year == year)][column].iloc[0]) for year in (first, second))
    return [abs(other - one), 100 * abs(other - one) / one]


_add(
    "voyage",
    {
        "How many passengers were there?": lambda d: [len(d)],
        "How many women survived?": lambda d: [((d.sex == "female") & (d.survived == 1)).sum()],
        "How many men did not survive?": lambda d: [((d.sex == "male") & (d.survived == 0)).sum()],
        "What share of the men survived?": lambda d: [_share(d[d.sex == "male"].survived == 1)],
        "What share of survivors were women?": lambda d: [_share(d[d.survived == 1].sex == "female")],
        "What share of women in first class survived?": lambda d: [
            _share(d[(d.sex == "female") & (d["class"] == "First")].survived == 1)
        ],
        "Did women survive more often than men?": lambda d: ["Yes", *(100 * d.groupby("sex").survived.mean())],
        "What was the average age of the passengers?": lambda d: [d.age.mean()],
        "What is the median fare in first class?": lambda d: [d[d["class"] == "First"].fare.median()],
        "1. Calculate the mean, median, and standard deviation of the 'fare' column.": lambda d: [
            d.fare.mean(),
            d.fare.median(),
            d.fare.std(),
        ],
        "Determine if the distribution of the fare paid by the passengers is skewed. Round to two decimal places.": (
            lambda d: ["right", d.fare.skew()]
        ),
        "Are there any missing values in the dataset? If so, which columns have the most?": lambda d: [
            "age",
            d.age.isna().sum(),
        ],
        "Identify any outliers in the fare column using the Z-score method with a threshold of 2.": lambda d: [
            (((d.fare - d.fare.mean()) / d.fare.std()).abs() > 2).sum()
        ],
        "Find the correlation coefficient (r) between age and fare. If yes, is it significant?": lambda d: [
            d.age.corr(d.fare)
        ],
        "Calculate the correlation coefficient between the age and the fare in this file.": lambda d: [
            d.age.corr(d.fare)
        ],
        "Create a new column for the age group and plot it.": None,
        "How many passengers were under 18?": lambda d: [(d.age < 18).sum()],
        "How many passengers were between 20 and 30 years old?": lambda d: [d.age.between(20, 30).sum()],
        "How many women were older than 40?": lambda d: [((d.sex == "female") & (d.age > 40)).sum()],
        "Which class had the highest survival rate?": lambda d: [
            d.groupby("class").survived.mean().idxmax(),
            100 * d.groupby("class").survived.mean().max(),
        ],
        "What is the survival rate by class?": lambda d: list(100 * d.groupby("class").survived.mean()),
        "How many people embarked at Cherbourg?": lambda d: [(d.embark_town == "Cherbourg").sum()],
        "How many passengers embarked at Southampton or Cherbourg?": lambda d: [
            d.embark_town.isin(["Southampton", "Cherbourg"]).sum()
        ],
        "From which town did most passengers embark?": lambda d: ["Southampton", d.embark_town.value_counts().max()],
        "How many values of age are missing?": lambda d: [30],
        "What was the most expensive fare?": lambda d: [d.fare.max()],
        "How old was the oldest woman?": lambda d: [d[d.sex == "female"].age.max()],
        "How many passengers travelled alone?": lambda d: [d.alone.sum()],
        "How many passengers did not travel alone?": lambda d: [(~d.alone).sum()],
        "What percentage of passengers travelled in third class?": lambda d: [_share(d["class"] == "Third")],
        "Is fare related to age?": lambda d: [d.fare.corr(d.age), d.fare.corr(d.age, method="spearman")],
        "How many duplicate rows are there?": lambda d: [d.duplicated().sum()],
        "Did passengers in first class pay more than those in third class?": lambda d: [
            "Yes",
            d[d["class"] == "First"].fare.mean(),
            d[d["class"] == "Third"].fare.mean(),
        ],
        "How many passengers paid more than 50 and survived?": lambda d: [((d.fare > 50) & (d.survived == 1)).sum()],
        "What is the average fare per class for women?": lambda d: list(
            d[d.sex == "female"].groupby("class").fare.mean()
        ),
        "Wie viele Frauen haben überlebt?": lambda d: [((d.sex == "female") & (d.survived == 1)).sum()],
        "Wie hoch ist das durchschnittliche Alter?": lambda d: [d.age.mean()],
        "Wie hoch war der Anteil der Frauen?": lambda d: [_share(d.sex == "female")],
        "Which cabin did the captain sleep in?": None,
        "How many lifeboats were there?": None,
        "What was the weather on the night of the sinking?": None,
        "Why did so many men die?": None,
        "How many passengers had no children?": None,
        "What was the average salary of the passengers?": None,
        "What is the total age of the passengers?": None,
        "Who survived?": None,
    },
)

_add(
    "trips",
    {
        "How many trips start in Brooklyn?": lambda d: [(d.pickup_borough == "Brooklyn").sum()],
        "How many trips ended in Brooklyn?": lambda d: [(d.dropoff_borough == "Brooklyn").sum()],
        "How many trips went from Manhattan to Queens?": lambda d: [
            ((d.pickup_borough == "Manhattan") & (d.dropoff_borough == "Queens")).sum()
        ],
        "How many trips were paid by credit card?": lambda d: [(d.payment == "credit card").sum()],
        "What is the average tip of trips paid by card?": lambda d: [d[d.payment == "credit card"].tip.mean()],
        "What share of trips are longer than 10 miles in distance?": lambda d: [_share(d.distance > 10)],
        "What is the total fare of trips paid in cash?": lambda d: [d[d.payment == "cash"].fare.sum()],
        "At which hour of the day do most trips start?": lambda d: [d.pickup.dt.hour.value_counts().max()],
        "How many trips started before noon?": lambda d: [(d.pickup.dt.hour < 12).sum()],
        "How many trips were made after 6 pm?": lambda d: [(d.pickup.dt.hour >= 18).sum()],
        "How many trips were made on Sundays?": lambda d: [(d.pickup.dt.dayofweek == 6).sum()],
        "How many trips were there on 2019-03-17?": lambda d: [(d.pickup.dt.strftime("%d") == "17").sum()],
        "On which weekday is the average fare highest?": lambda d: [
            d.fare.groupby(d.pickup.dt.day_name()).mean().idxmax()
        ],
        "Is the distance correlated with the fare?": lambda d: [d.distance.corr(d.fare)],
        "What is the Spearman correlation between distance and tip?": lambda d: [
            d.distance.corr(d.tip, method="spearman")
        ],
        "What was the longest distance?": lambda d: [d.distance.max()],
        "How many trips had more than 4 passengers?": lambda d: [(d.passengers > 4).sum()],
        "How many trips had between 2 and 5 passengers?": lambda d: [d.passengers.between(2, 5).sum()],
        "What is the average fare by pickup borough?": lambda d: list(d.groupby("pickup_borough").fare.mean()),
        "How many trips had no tip?": lambda d: [(d.tip == 0).sum()],
        "How many trips had a fare of at least 20?": lambda d: [(d.fare >= 20).sum()],
        "What is the most common payment method?": lambda d: ["credit card", d.payment.value_counts().max()],
        "How many outliers are in fare by the IQR rule?": lambda d: [_iqr_outliers(d.fare)],
        "How many fares have a z-score above 3?": lambda d: [(((d.fare - d.fare.mean()) / d.fare.std()) > 3).sum()],
        "Do people who pay by card tip more than those who pay cash?": lambda d: [
            "Yes",
            d[d.payment == "credit card"].tip.mean(),
        ],
        "What share of trips were not paid in cash?": lambda d: [_share(d.payment != "cash")],
        "How many passengers were there in total?": lambda d: [d.passengers.sum()],
        "What is the median distance?": lambda d: [d.distance.median()],
        "Which day had the most trips?": lambda d: [d.pickup.dt.date.value_counts().max()],
        "Wie viele Fahrten wurden bar bezahlt?": lambda d: [(d.payment == "cash").sum()],
        "Wie hoch ist das durchschnittliche Trinkgeld bei Zahlung mit Kreditkarte?": lambda d: [
            d[d.payment == "credit card"].tip.mean()
        ],
        "Who was the driver with the most trips?": None,
        "How much fuel did the taxis use?": None,
        "How many trips were there in June 2021?": None,
        "How long did the longest trip take?": None,
        "What is the 90th percentile of fare?": None,
        "What is the average fare excluding tips?": None,
        "How many trips were shared?": None,
    },
)

_add(
    "births",
    {
        "On which day of the week are the fewest babies born?": lambda d: ["Sunday"],
        "How many births were there in 2007?": lambda d: [d[d.year == 2007].births.sum()],
        "How many births were there between 2005 and 2007?": lambda d: [d[d.year.between(2005, 2007)].births.sum()],
        "How many births since 2008?": lambda d: [d[d.year >= 2008].births.sum()],
        "How did births change from 2007 to 2010?": lambda d: [
            d[d.year == 2007].births.sum(),
            d[d.year == 2010].births.sum(),
        ],
        "Were there more births in 2010 than in 2004?": lambda d: ["No", d[d.year == 2010].births.sum()],
        "Which year had the most births?": lambda d: [
            d.groupby("year").births.sum().idxmax(),
            d.groupby("year").births.sum().max(),
        ],
        "What was the highest number of births on a single day?": lambda d: [d.births.max()],
        "What is the average number of births per day in December?": lambda d: [d[d.month == 12].births.mean()],
        "How many births per year on average?": lambda d: [d.groupby("year").births.sum().mean()],
        "How many births were there in total?": lambda d: [d.births.sum()],
        "On how many days were there more than 13000 births?": lambda d: [(d.births > 13000).sum()],
        "Are births rising or falling after 2007?": lambda d: ["fell"],
        "What was the mean number of births on Fridays in 2010?": lambda d: [
            d[(d.year == 2010) & (d.day_of_week == 5)].births.mean()
        ],
        "Births by year": lambda d: list(d.groupby("year").births.sum()),
        "Are more babies born on Tuesdays than on Sundays?": lambda d: ["Yes", d[d.day_of_week == 7].births.sum()],
        "How many births were there on 4 July 2004?": lambda d: [
            d[(d.year == 2004) & (d.month == 7) & (d.date_of_month == 4)].births.sum()
        ],
        "What is the standard deviation of births?": lambda d: [d.births.std()],
        "Top 3 years by births": lambda d: list(d.groupby("year").births.sum().nlargest(3)),
        "Wie viele Geburten gab es im Jahr 2009?": lambda d: [d[d.year == 2009].births.sum()],
        "An welchem Wochentag gibt es die wenigsten Geburten?": lambda d: ["Sunday"],
        "How many of the babies were boys?": None,
        "What is the average weight of a newborn?": None,
        "How many births were there in 1999?": None,
        "How many twins were born?": None,
    },
)

_add(
    "pictures",
    {
        "How many episodes are there?": lambda d: [len(d)],
        "How many episodes show a barn?": lambda d: [d.BARN.sum()],
        "What share of episodes have clouds?": lambda d: [_share(d.CLOUDS == 1)],
        "In how many episodes is there a lake?": lambda d: [d.LAKE.sum()],
        "How many episodes have both a lake and mountains?": lambda d: [((d.LAKE == 1) & (d.MOUNTAINS == 1)).sum()],
        "How many episodes show a mountain but no lake?": lambda d: [((d.LAKE == 0) & (d.MOUNTAIN == 1)).sum()],
        "What share of episodes with a lake have a mountain?": lambda d: [_share(d[d.LAKE == 1].MOUNTAIN == 1)],
        "Who painted the guest episodes?": None,
        "How many episodes have a dog?": None,
    },
)

_add(
    "cars",
    {
        "How many cars have more than 6 cylinders?": lambda d: [(d.Cylinders > 6).sum()],
        "How many European cars have 4 cylinders?": lambda d: [((d.Origin == "Europe") & (d.Cylinders == 4)).sum()],
        "What is the average horsepower of Japanese cars?": lambda d: [d[d.Origin == "Japan"].Horsepower.mean()],
        "Which origin has the highest average mileage in miles per gallon?": lambda d: [
            d.groupby("Origin").Miles_per_Gallon.mean().idxmax()
        ],
        "What is the heaviest car in pounds?": lambda d: [d.Weight_in_lbs.max(), d.Name[d.Weight_in_lbs.idxmax()]],
        "Which car has the highest horsepower?": lambda d: [d.Horsepower.max(), d.Name[d.Horsepower.idxmax()]],
        "How many cars come from Europe?": lambda d: [(d.Origin == "Europe").sum()],
        "What share of cars are from the USA?": lambda d: [_share(d.Origin == "USA")],
        "What is the average miles per gallon by number of cylinders?": lambda d: list(
            d.groupby("Cylinders").Miles_per_Gallon.mean()
        ),
        "How many cars have between 100 and 150 horsepower?": lambda d: [d.Horsepower.between(100, 150).sum()],
        "How many cars have missing horsepower?": lambda d: [2],
        "Is weight related to miles per gallon?": lambda d: [d.Weight_in_lbs.corr(d.Miles_per_Gallon)],
        "Top 3 cars by weight": lambda d: list(d.Weight_in_lbs.nlargest(3)),
        "Wie viele Autos kommen aus Japan?": lambda d: [(d.Origin == "Japan").sum()],
        "How much did the cars cost?": None,
        "How many cars are red?": None,
        "What is the fastest car?": None,
    },
)

_add(
    "weather",
    {
        "How many days did it snow?": lambda d: [(d.weather == "snow").sum()],
        "How many sunny days were there in 2013?": lambda d: [((d.weather == "sun") & (d.date.dt.year == 2013)).sum()],
        "What was the hottest day?": lambda d: [d.temp_max.max()],
        "On how many days was the maximum temperature above 25?": lambda d: [(d.temp_max > 25).sum()],
        "How much precipitation fell in 2014?": lambda d: [d[d.date.dt.year == 2014].precipitation.sum()],
        "Total precipitation by year": lambda d: list(d.groupby(d.date.dt.year).precipitation.sum()),
        "What is the average wind by weather?": lambda d: list(d.groupby("weather").wind.mean()),
        "What was the average temp_max in July 2013?": lambda d: [
            d[(d.date.dt.year == 2013) & (d.date.dt.month == 7)].temp_max.mean()
        ],
        "Was it colder in January than in July?": lambda d: ["Yes", d[d.date.dt.month == 7].temp_min.mean()],
        "How many days had no precipitation?": lambda d: [(d.precipitation == 0).sum()],
        "What is the mean of ozone?": lambda d: [d.ozone[d.ozone > -200].mean()],
        "What was the lowest ozone?": lambda d: [d.ozone[d.ozone > -200].min()],
        "How many values of ozone are missing?": lambda d: [40],
        "Was 2014 warmer than 2012 in temp_max?": lambda d: [
            d[d.date.dt.year == 2014].temp_max.mean(),
            d[d.date.dt.year == 2012].temp_max.mean(),
        ],
        "What percentage of days were foggy?": lambda d: [_share(d.weather == "fog")],
        "What is the range of wind?": lambda d: [d.wind.min(), d.wind.max()],
        "Wie viele Tage hatten mehr als 20 mm precipitation?": lambda d: [(d.precipitation > 20).sum()],
        "What was the humidity in Portland?": None,
        "Did it rain more in 2013 than in 2014?": None,
        "What is the chance of rain?": None,
    },
)

_add(
    "departures",
    {
        "How many flights were cancelled in February?": lambda d: [d[d.date.dt.month == 2].cancelled.sum()],
        "Which airport had the most flights?": lambda d: [
            d.groupby("origin").flights.sum().idxmax(),
            d.groupby("origin").flights.sum().max(),
        ],
        "Which carrier had the most cancellations?": lambda d: [
            d.groupby("carrier").cancelled.sum().idxmax(),
            d.groupby("carrier").cancelled.sum().max(),
        ],
        "How many flights did JetBlue Airways have?": lambda d: [d[d.airline == "JetBlue Airways"].flights.sum()],
        "What share of flights was cancelled at LGA?": lambda d: [
            100 * d[d.origin == "LGA"].cancelled.sum() / d[d.origin == "LGA"].flights.sum()
        ],
        "On which day were the most flights cancelled?": lambda d: [d.groupby("date").cancelled.sum().max()],
        "How did flights change from January to March?": lambda d: [
            d[d.date.dt.month == 1].flights.sum(),
            d[d.date.dt.month == 3].flights.sum(),
        ],
        "How many airlines are there?": lambda d: [d.airline.nunique()],
        "How many flights were there on weekends?": lambda d: [d[d.date.dt.dayofweek >= 5].flights.sum()],
        "Average flights per day": lambda d: [d.groupby("date").flights.sum().mean()],
        "Did JFK have more flights than LGA?": lambda d: ["Yes", d[d.origin == "LGA"].flights.sum()],
        "Is wind speed related to departure delay?": lambda d: [d.wind_speed_mean.corr(d.dep_delay_mean)],
        "How many flights per month?": lambda d: list(d.groupby(d.date.dt.month).flights.sum()),
        "How many passengers flew in 2013?": None,
        "What is the ticket price from JFK to Boston?": None,
        "How many flights landed late?": None,
        "How many flights were delayed by more than 60 minutes?": None,
    },
)


def _iqr_outliers(values: pd.Series) -> int:
    low, high = values.quantile(0.25), values.quantile(0.75)
    room = 1.5 * (high - low)
    return int(((values < low - room) | (values > high + room)).sum())


_add(
    "voyage",
    {
        "How many people died?": lambda d: [(d.survived == 0).sum()],
        "Wie alt waren die Passagiere im Durchschnitt?": lambda d: [d.age.mean()],
        "Wie viele Männer reisten in der ersten Klasse?": lambda d: [
            ((d.sex == "male") & (d["class"] == "First")).sum()
        ],
        "Was war der teuerste Fahrpreis?": lambda d: [d.fare.max()],
    },
)
_add(
    "trips",
    {
        "What is the average fare of cab rides?": None,
        "How many people flew?": None,
        "How many trips had more than 4 people?": lambda d: [(d.passengers > 4).sum()],
    },
)
_add(
    "births",
    {
        "Are there fewer births on weekends than on weekdays?": lambda d: [
            "Yes",
            d[d.day_of_week >= 6].births.mean(),
            d[d.day_of_week < 6].births.mean(),
        ],
    },
)
_add(
    "cars",
    {
        "How many cars weigh more than 2 tonnes?": lambda d: [(d.Weight_in_lbs > 2_000_000 / 453.59237).sum()],
        "How many cars weigh more than 5 miles?": None,
        "What is the heaviest vehicle?": lambda d: [d.Weight_in_lbs.max(), d.loc[d.Weight_in_lbs.idxmax(), "Name"]],
        "Which origin has the most names?": lambda d: [d.groupby("Origin").Name.nunique().max()],
    },
)
_add(
    "planets",
    {
        "What was the population of Arda in 2007?": lambda d: [
            d[(d.country == "Arda") & (d.year == 2007)]["pop"].iloc[0]
        ],
        "What was the population of Arda?": None,
        "Which country had the highest life expectancy in 2007?": lambda d: [
            d[d.year == 2007].set_index("country").lifeExp.idxmax()
        ],
        "What was the average GDP per capita in 2007?": lambda d: [d[d.year == 2007].gdpPercap.mean()],
        "What are the two most populous countries in 2007?": lambda d: list(
            d[d.year == 2007].nlargest(2, "pop").country
        ),
        "How many visitors were there in June?": lambda d: [d[d.month == "Jun"].visitors.sum()],
        "What is the average number of visitors on Sundays?": lambda d: [d[d.day == "Sun"].visitors.mean()],
        "Do smokers have more visitors than non-smokers?": lambda d: list(d.groupby("smoker").visitors.sum()),
        "What is the highest hwy?": lambda d: [d.hwy.max()],
        "What is the average highway mileage?": lambda d: [d.hwy.mean()],
    },
)
_add(
    "voyage",
    {
        "What was the average fare of women over 60?": lambda d: [d[(d.sex == "female") & (d.age > 60)].fare.mean()],
        "How old was the oldest passenger in third class?": lambda d: [d[d["class"] == "Third"].age.max()],
        "Which class has the highest spread of fares?": lambda d: [
            d.groupby("class").fare.std().idxmax(),
            d.groupby("class").fare.std().max(),
        ],
        "Which two classes have the highest average fare?": lambda d: [
            *d.groupby("class").fare.mean().nlargest(2).index
        ],
        "How many classes are in First?": None,
    },
)
_add(
    "cars",
    {
        "Do heavier cars have less horsepower?": lambda d: [
            "No",
            d.Weight_in_lbs.corr(d.Horsepower, method="spearman"),
        ],
        "Do heavier cars have more horsepower?": lambda d: ["Yes", "higher where Weight_in_lbs is higher"],
        "Which model has the highest horse power?": lambda d: [d.loc[d.Horsepower.idxmax(), "Name"]],
    },
)
_add(
    "planets",
    {
        "How did life expectancy in Arda change between 1998 and 2006?": lambda d: [
            "lifeExp, among rows where country is Arda",
            *_two_years(d, "Arda", "lifeExp", 1998, 2006),
        ],
    },
)
_add("weather", {"When was the wind highest?": lambda d: [f"{d.loc[d.wind.idxmax(), 'date']:%Y-%m-%d}"]})
_add(
    "voyage",
    {
        "What was the average fare paid by survivors?": lambda d: [d[d.survived == 1].fare.mean()],
        "Was the average fare higher in First or in Third?": lambda d: [
            d[d["class"] == "First"].fare.mean(),
            d[d["class"] == "Third"].fare.mean(),
        ],
    },
)
_add("cars", {"What is the horsepower of the heaviest car?": lambda d: [d.loc[d.Weight_in_lbs.idxmax(), "Horsepower"]]})
_add(
    "trips",
    {
        "What is the fare of the largest trip?": None,
        "How many trips had more than two passengers?": lambda d: [(d.passengers > 2).sum()],
    },
)
_add(
    "voyage",
    {
        "What is the second highest fare?": None,
        "How many women were there for each man?": None,
        "What was the fare of the youngest passenger?": lambda d: [*d[d.age == d.age.min()].fare],
    },
)
_add(
    "trips",
    {
        "How many trips started and ended in Manhattan?": lambda d: [
            ((d.pickup_borough == "Manhattan") & (d.dropoff_borough == "Manhattan")).sum()
        ],
        "What is the average tip per person?": None,
    },
)
_add("births", {"On how many days were there more than 12000 births?": lambda d: [(d.births > 12000).sum()]})
_add(
    "planets",
    {
        "What is the total population of Baru?": None,
        "What is the average growth of the population?": None,
        "By how much did the population of Arda grow between 1998 and 2006?": lambda d: [
            *_two_years(d, "Arda", "pop", 1998, 2006)
        ],
    },
)
_add(
    "voyage",
    {
        "What percentage of the women in Third died?": lambda d: [
            _share(d[(d.sex == "female") & (d["class"] == "Third")].survived == 0)
        ],
        "What is the most expensive class?": lambda d: [d.groupby("class").fare.mean().idxmax()],
        "Which sex is older?": lambda d: [d.groupby("sex").age.mean().idxmax()],
    },
)
_add("trips", {"How many trips lasted longer than 30 minutes?": None})
_add(
    "planets",
    {
        "How much did the population of Arda rise from 1998 to 2006?": lambda d: [
            *_two_years(d, "Arda", "pop", 1998, 2006)
        ],
        "What was the population on the day with the most visitors?": None,
    },
)
_add("weather", {"What was the ozone on the windiest day?": lambda d: [d.loc[d.wind.idxmax(), "ozone"]]})
