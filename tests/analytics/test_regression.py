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
