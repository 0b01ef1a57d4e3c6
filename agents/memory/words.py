"""Words that a proposed fact may have besides names and numbers of the results.

The list is closed: with these words and names of the data a sentence can say what was measured, and nobody's order to
anybody. A text that comes from a cell can only be told as a name of at most three words, in quotation marks.
"""

import re

PLAIN = frozenset(
    re.findall(
        r"\w+",
        """
        a an the this that these those each every all both any no not only of in on at by for from to until till since
        during between within over under across per with without than as and or but while when where after before
        is are was were be been being has have had does do did it its they their there which who
        one two three four five six seven eight nine ten first second third last next previous same other others rest
        more less fewer most least few many much very far well about around nearly almost roughly exactly
        above below high higher highest low lower lowest large larger largest small smaller smallest
        long longer longest short shorter shortest late later latest early earlier earliest
        great greater greatest best worst top bottom strong stronger strongest weak weaker weakest
        rose rise rises risen fell fall falls fallen grew grow grows grown dropped drop drops changed change changes
        increased increase increases decreased decrease decreases came come comes reached reach reaches
        amounts amount made make makes makes up down differs differ differed varies vary varied stays stayed stay
        moves move together follow follows goes go went shows show shown counts count counted
        mean average averages averaged median total totals sum share part percentage percent rate ratio number value
        values minimum maximum range spread deviation percentile quartile difference differences correlation
        coefficient trend level season peak outlier outliers anomaly anomalies unusual usual expected normal typical
        event events missing empty unknown distinct different repeated duplicate duplicates row rows column columns
        record records group groups category categories entry entries data set dataset table
        time times day days week weeks weekday weekdays weekend month months quarter quarters year years hour hours
        minute minutes second seconds date dates period periods monday tuesday wednesday thursday friday saturday sunday
        january february march april may june july august september october november december
        positive negative zero half twice times double million billion thousand hundred
        """,
    )
)
"""Words of measuring and comparing, in lower case."""
