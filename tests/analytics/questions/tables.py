"""Small made-up tables in the shape of public ones, the same in every run."""

import numpy as np
import pandas as pd


def voyage() -> pd.DataFrame:
    """Passengers of a ship, with an outcome."""
    random = np.random.default_rng(1)
    count = 300
    sex = random.choice(["female", "male"], count, p=[0.4, 0.6])
    level = random.choice(["First", "Second", "Third"], count, p=[0.25, 0.2, 0.55])
    chance = np.where(sex == "female", 0.7, 0.2) + np.where(level == "First", 0.2, 0.0)
    age = random.integers(1, 75, count).astype(float)
    age[random.choice(count, 30, replace=False)] = np.nan
    fare = np.round(random.gamma(2, 12, count) * np.where(level == "First", 4, 1), 2)
    return pd.DataFrame(
        {
            "survived": (random.random(count) < chance).astype(int),
            "sex": sex,
            "age": age,
            "class": level,
            "fare": fare,
            "embark_town": random.choice(["Southampton", "Cherbourg", "Queenstown"], count, p=[0.7, 0.2, 0.1]),
            "alone": random.random(count) < 0.6,
        }
    )


def trips() -> pd.DataFrame:
    """Trips with two places, two moments, a way of payment and amounts."""
    random = np.random.default_rng(2)
    count = 400
    pickup = pd.Timestamp("2019-03-01") + pd.to_timedelta(random.integers(0, 31 * 24 * 60, count), unit="min")
    boroughs = ["Manhattan", "Queens", "Brooklyn", "Bronx"]
    distance = np.round(random.gamma(1.5, 2.5, count), 2)
    payment = random.choice(["credit card", "cash"], count, p=[0.7, 0.3])
    fare = np.round(3 + 2.5 * distance + random.random(count), 2)
    return pd.DataFrame(
        {
            "pickup": pickup,
            "dropoff": pickup + pd.to_timedelta(random.integers(3, 60, count), unit="min"),
            "passengers": random.choice([1, 2, 3, 5, 6], count, p=[0.6, 0.2, 0.1, 0.06, 0.04]),
            "distance": distance,
            "fare": fare,
            "tip": np.where(payment == "cash", 0.0, np.round(fare * random.random(count) * 0.3, 2)),
            "payment": payment,
            "pickup_borough": random.choice(boroughs, count, p=[0.7, 0.15, 0.1, 0.05]),
            "dropoff_borough": random.choice(boroughs, count, p=[0.6, 0.2, 0.15, 0.05]),
        }
    )


def births() -> pd.DataFrame:
    """Births a day, with the date in three columns and the weekday as a number."""
    days = pd.date_range("2004-01-01", "2010-12-31")
    random = np.random.default_rng(3)
    weekend = np.where(days.dayofweek >= 5, -4000, 0)
    trend = np.where(days.year > 2007, -400 * (days.year - 2007), 0)
    total = 12000 + weekend + trend + 600 * np.sin(days.dayofyear / 58) + random.normal(0, 200, len(days))
    return pd.DataFrame(
        {
            "year": days.year,
            "month": days.month,
            "date_of_month": days.day,
            "day_of_week": days.dayofweek + 1,
            "births": total.astype(int),
        }
    )


def pictures() -> pd.DataFrame:
    """Things seen in each episode's picture: one column of 0 and 1 for each."""
    random = np.random.default_rng(4)
    count = 120
    things = {name: (random.random(count) < share).astype(int) for name, share in (("BARN", 0.1), ("CLOUDS", 0.4))}
    lake = (random.random(count) < 0.4).astype(int)
    return pd.DataFrame(
        {
            "EPISODE": [f"S{number // 13 + 1:02d}E{number % 13 + 1:02d}" for number in range(count)],
            **things,
            "LAKE": lake,
            "MOUNTAIN": ((random.random(count) < 0.3) | ((lake == 1) & (random.random(count) < 0.5))).astype(int),
            "MOUNTAINS": (random.random(count) < 0.2).astype(int),
        }
    )


def cars() -> pd.DataFrame:
    """Cars with a name of their own each, and measures with units in their names."""
    random = np.random.default_rng(5)
    count = 90
    cylinders = random.choice([4, 6, 8], count, p=[0.5, 0.2, 0.3])
    weight = 1500 + 350 * cylinders + random.integers(-200, 200, count)
    power = (20 * cylinders + random.integers(-15, 15, count)).astype(float)
    power[[3, 40]] = np.nan
    return pd.DataFrame(
        {
            "Name": [f"model {number}" for number in range(count)],
            "Miles_per_Gallon": np.round(60 - weight / 100 + random.normal(0, 2, count), 1),
            "Cylinders": cylinders,
            "Horsepower": power,
            "Weight_in_lbs": weight,
            "Origin": random.choice(["USA", "Japan", "Europe"], count, p=[0.6, 0.2, 0.2]),
        }
    )


def weather() -> pd.DataFrame:
    """One row a day, with a number that stands for missing."""
    days = pd.date_range("2012-01-01", "2014-12-31")
    random = np.random.default_rng(6)
    season = 10 - 9 * np.cos(days.dayofyear / 58.1)
    top = np.round(season + 5 + random.normal(0, 3, len(days)), 1)
    ozone = np.round(40 + random.normal(0, 8, len(days)), 1)
    ozone[100:140] = -200
    return pd.DataFrame(
        {
            "date": days,
            "precipitation": np.where(random.random(len(days)) < 0.5, 0, np.round(random.gamma(1, 6, len(days)), 1)),
            "temp_max": top,
            "temp_min": np.round(top - 6 - random.random(len(days)) * 4, 1),
            "wind": np.round(random.gamma(4, 0.8, len(days)), 1),
            "ozone": ozone,
            "weather": random.choice(["rain", "sun", "fog", "snow"], len(days), p=[0.4, 0.45, 0.1, 0.05]),
        }
    )


def planets() -> pd.DataFrame:
    """Countries in years, with short names of columns, and months and weekdays as text."""
    random = np.random.default_rng(8)
    frame = pd.MultiIndex.from_product([["Arda", "Baru", "Ceta", "Doro"], range(1997, 2008)]).to_frame(index=False)
    frame.columns = ["country", "year"]
    count = len(frame)
    return frame.assign(
        lifeExp=np.round(random.normal(65, 6, count), 2),
        pop=random.integers(1_000_000, 90_000_000, count),
        gdpPercap=np.round(random.gamma(3, 4000, count), 2),
        month=random.choice(["Jan", "Jun", "Dec"], count),
        day=random.choice(["Thur", "Fri", "Sat", "Sun"], count),
        smoker=random.choice(["Yes", "No"], count),
        hwy=random.integers(15, 45, count),
        visitors=random.integers(100, 900, count),
    )
