"""Linear regression: the figures of statsmodels, cautions, and what is left out."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from statsmodels.stats.diagnostic import het_breuschpagan
from statsmodels.stats.outliers_influence import variance_inflation_factor

from analytics import regress
from analytics.errors import AnalysisInputError


@pytest.fixture(scope="module")
def patients() -> pd.DataFrame:
    """Charges that follow age and smoking, with a copy of the age in months and a number that says nothing."""
    random = np.random.default_rng(7)
    frame = pd.DataFrame({"age": random.integers(18, 65, 300), "smoker": random.choice(["no", "no", "yes"], 300)})
    frame["weight"] = random.normal(80, 12, 300)
    frame["months"] = 12 * frame["age"]
    noise = random.normal(0, 1, 300) * frame["age"]
    frame["charges"] = 100 + 20 * frame["age"] + 900 * (frame["smoker"] == "yes") + 3 * noise
    frame.loc[3, "weight"] = np.nan
    return frame


def test_the_figures_are_those_of_statsmodels(patients):
    """Coefficients, HC3 errors, R2, variance inflation and the test of Breusch and Pagan agree; copies are left out."""
    found = regress(patients, "charges")
    fit = smf.ols("charges ~ age + C(smoker, Treatment('no')) + weight", patients.dropna()).fit()
    robust = fit.get_robustcov_results("HC3")
    terms = {term.column: term for term in found.terms}
    assert list(terms) == ["smoker", "age", "weight"] or list(terms) == ["age", "smoker", "weight"]
    names = {"age": "age", "smoker": "C(smoker, Treatment('no'))[T.yes]", "weight": "weight"}
    for column, name in names.items():
        place = list(fit.params.index).index(name)
        assert terms[column].coefficient == pytest.approx(fit.params[name])
        assert terms[column].standard_error == pytest.approx(robust.bse[place])
        assert terms[column].p_value == pytest.approx(robust.pvalues[place])
        assert terms[column].vif == pytest.approx(variance_inflation_factor(fit.model.exog, place))
    assert (terms["smoker"].value, terms["smoker"].reference) == ("yes", "no")
    assert (found.rows, found.r_squared) == (299, pytest.approx(fit.rsquared))
    assert found.constant_spread_p == pytest.approx(het_breuschpagan(fit.resid, fit.model.exog)[1])
    assert "The spread of the residuals is not constant; the standard errors allow for that." in found.cautions


def test_columns_that_say_the_same_are_called_collinear(patients):
    """Named together, a column and its copy have no coefficients to be told apart."""
    found = regress(patients, "charges", ["age", "months"])
    assert found.cautions[0] == "Collinear, so that their coefficients cannot be told apart: age, months."


def test_too_few_rows_are_refused(patients):
    """Ten rows are needed for each term."""
    with pytest.raises(AnalysisInputError, match="too few for 3 terms"):
        regress(patients.head(20), "charges", ["age", "smoker", "weight"])


def panel(firms: int) -> pd.DataFrame:
    """Twenty years of firms, whose workers and profit each keep near a level of the firm's own."""
    random = np.random.default_rng(5)
    own, level = random.normal(0, 5, firms), random.normal(0, 5, firms)
    frame = pd.DataFrame(
        {"firm": np.repeat([f"firm {n}" for n in range(firms)], 20), "year": [*range(2000, 2020)] * firms}
    )
    frame["workers"] = 50 + np.repeat(own, 20) + random.normal(0, 1, len(frame))
    frame["profit"] = 20 + np.repeat(level, 20) + random.normal(0, 1, len(frame))
    return frame


def test_errors_of_a_panel_are_clustered_and_that_is_said():
    """Rows of one firm are not independent: errors are those of statsmodels clustered by firm, far above HC3's."""
    frame = panel(12)
    found = regress(frame, "profit", ["workers"])
    fit = smf.ols("profit ~ workers", frame).fit()
    clustered = fit.get_robustcov_results("cluster", groups=pd.factorize(frame["firm"])[0])
    assert found.terms[0].standard_error == pytest.approx(clustered.bse[1])
    assert found.terms[0].p_value == pytest.approx(clustered.pvalues[1])
    assert found.terms[0].standard_error > 2 * fit.get_robustcov_results("HC3").bse[1]
    assert (
        found.cautions[0]
        == "Rows of one firm are not independent of each other: the standard errors are clustered by firm."
    )
    assert "clustered" in found.method


def test_a_panel_of_few_things_has_a_caution():
    """Five firms are too few for clustered errors: the errors are HC3's, and said to be too small."""
    found = regress(panel(5), "profit", ["workers"])
    assert found.cautions[0].endswith("there are too few to allow for that: the standard errors are too small.")
    assert "HC3" in found.method


def test_rows_of_their_own_are_no_panel(patients):
    """A category whose values come in any rows is no thing that has a row at each time."""
    several = patients.assign(year=np.random.default_rng(1).integers(2000, 2010, len(patients)))
    assert not [each for each in regress(several, "charges").cautions if "independent" in each]
