"""Results of queries, by what is special about their SQL or their cells."""

from datetime import datetime

from analytics.results import QueryResult


def query(sql: str, columns: str, *rows: list[object], truncated: bool = False) -> QueryResult:
    """Rows of a query; names of columns stand between spaces."""
    return QueryResult(sql=sql, columns=columns.split(), rows=list(rows), truncated=truncated, row_limit=60)


QUERIES = {
    "grouped": query(
        "SELECT region, count(*) AS n, sum(sales) AS total_sales, avg(price) AS p FROM data GROUP BY region",
        "region n total_sales p", ["North", 3, 10.5, 2.0], [None, 4, None, "1,234"],
    ),
    "shares": query(
        "SELECT region, 100.0 * sum(open) / count(*) AS part, sum(a)/sum(b) AS ratio, avg(x)/2 AS half FROM data"
        " WHERE year = 2019 AND kind = 'food' AND \"sub kind\" = 'x1' GROUP BY 1 LIMIT 2",
        "region part ratio half", ["North", "5 %", 0.5, 1], ["South", "\u22127.5%", 0.25, 2],
    ),
    "parts of a date": query(
        "SELECT year, month, day, hour, sum(v) AS v FROM data GROUP BY year, month, day, hour",
        "year month day hour v", [2019, 2, 3, 14, 9], [2020, 2, 29, 0, 8],
    ),
    "two times": query("SELECT start, until, v FROM data", "start until v", ["2019-01-02", "2019-02-03", 4]),
    "hours alone": query("SELECT hour, count(*) FROM data GROUP BY ALL", "hour count", [5, 7], [17, 9]),
    "long hours": query("SELECT hours, id FROM data", "hours id", [1668, 12], [20, 13]),
    "years of two digits": query("SELECT model_year, mpg FROM data", "model_year mpg", [70, 17.5], [82, 31.0]),
    "columns of years": query(
        'SELECT region, sum(a) AS "2021", sum(b) AS "2022" FROM data GROUP BY region', "region 2021 2022",
        ["North", 3, 4], ["South", 5, None],
    ),
    "columns with years": query(
        "SELECT region, sales_2021, sales_2022, 2022_cost, other_2020 FROM data",
        "region sales_2021 sales_2022 2022_cost other_2020", ["North", 3, 4, 5, 6],
    ),
    "years and a time": query("SELECT month, a_2021, a_2022 FROM data", "month a_2021 a_2022", ["2021-03", 3, 4]),
    "two sides": query(
        "SELECT team, goals_for, goals_against, voted_for FROM data", "team goals_for goals_against voted_for",
        ["Ajax", 3, 1, 7],
    ),
    "either": query(
        "SELECT a FROM data WHERE kind = 'x' OR kind = 'y' HAVING count(*) > 30 AND d >= '2019-03-01'", "a", [4]
    ),
    "below": query(
        "SELECT region, max(total) AS best, total_pct, share FROM (SELECT region, sum(x) AS total, 100 * avg(y) AS"
        " total_pct, sum(x)/sum(z) AS share FROM data GROUP BY region) GROUP BY region",
        "region best total_pct share", ["North", 3.5, 4.5, 0.5],
    ),
    "not understood": query("SELECT * FROM data", "name mean_price Sales_Mio", ["a", 3, 4.5], ["b", True, 5]),
    "cut": query("SELECT a, b FROM data LIMIT 3", "a b", ["x", 1], truncated=True),
    "limited": query("SELECT a, b FROM data LIMIT 1", "a b", ["x", 1]),
    "within the limit": query("SELECT a, b FROM data LIMIT 2", "a b", ["x", 1]),
    "one number": query("SELECT count(DISTINCT line) AS lines FROM data WHERE day = '2013-02-08'", "lines", [16]),
    "rating": query(
        "SELECT rating, count(*) AS cnt FROM data GROUP BY rating", "rating cnt", [1.0, 3], [5.0, 4]
    ),
    "grouped by a source": query(
        "SELECT carrier AS airline, min(a) AS a, stddev(b) AS b, rank() OVER (ORDER BY a) AS c FROM data"
        " GROUP BY carrier ORDER BY 2", "airline a b c", [7, 1, 2.5, 1], [8, 2, 3.5, 2],
    ),
    "computed": query("SELECT a * 2 AS double, b + c AS sum_bc, \"x y\" FROM data", "double sum_bc xy", [1, 2, 3]),
    "empty": query("SELECT a, b FROM data", "a b"),
    "times of day": query(
        "SELECT t, v FROM data", "t v",
        [datetime.fromisoformat("2021-03-01T12:30"), 4], [datetime.fromisoformat("2021-03-01"), 5],
    ),
    "bins": query("SELECT floor(a) AS bin, year(b) AS y, n FROM data\nGROUP BY\n 1, y", "bin y n", [3, 2020, 4]),
    "grouped by all": query("SELECT floor(a) AS bin, n FROM data GROUP BY ALL HAVING n > 3", "bin n", [3, 4]),
    "not grouped": query("SELECT floor(a) AS bin, n FROM data GROUP BY b ORDER BY bin LIMIT 5", "bin n", [3, 4]),
    "codes": query("SELECT zip, store, x FROM data GROUP BY store", "zip store x",
                   ["01234", "7", "8"], ["2", "9", "1.5"]),
    "last month": query("SELECT month, weekday, hour, x FROM data", "month weekday hour x",
                        [12, 7, 24, 1], [1, None, 0, 2]),
    "counts": query(
        "SELECT a, count(*) AS num_rows, count(*) AS guests, count(b) AS n, count(*) AS ab FROM data",
        "a num_rows guests n ab", ["x", 1, 2, 3, 4],
    ),
    "with a table of its own": query(
        "WITH t AS (SELECT region, sum(x) AS total, avg(y) AS m FROM data GROUP BY region) SELECT region, total,"
        " total / m AS r, greatest(total, 1) AS g, total + m AS s, 100 * m AS hundred FROM t",
        "region total r g s hundred", ["North", 3, 4.5, 5, 6, 7],
    ),
    "union": query("SELECT a, sum(b) AS c FROM data UNION SELECT x, avg(y), z FROM data", "a c", ["x", 3.5]),
    "parts of sums": query(
        "SELECT sum(a) / 2 AS p, sum(a) / count(b) AS q, sum(a) * sum(b) AS r, a_pct, b_percent, count(a) AS \"n n\""
        " FROM data", "p q r a_pct b_percent nn", [1.5, 2.5, 3.5, 4.5, 5.5, 6],
    ),
    "conditions": query(
        "SELECT a, b FROM data\nWHERE kind = 'x'\nAND level = 3 AND (t) = 'z'\nGROUP BY a", "a b", ["x", 1.5]
    ),
    "text beside numbers": query("SELECT a, b FROM data", "a b", ["x", "5"], ["y", "n/a"]),
    "quarters": query("SELECT quarter, year, v FROM data GROUP BY ALL", "quarter year v", [3, 2020, 4.5]),
}  # fmt: skip
