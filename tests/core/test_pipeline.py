import pytest

from nexus_commerce.conf.pipeline import TOTALS_STEPS, Pipeline

PIPELINE = Pipeline(["shop.steps.price", "shop.steps.tax"])


def test_a_step_is_put_before_or_after_another() -> None:
    assert PIPELINE.before("tax", "a.b") == ["shop.steps.price", "a.b", "shop.steps.tax"]
    assert PIPELINE.after("tax", "a.b", "a.c") == ["shop.steps.price", "shop.steps.tax", "a.b", "a.c"]
    assert PIPELINE == ["shop.steps.price", "shop.steps.tax"]


def test_a_step_is_replaced_or_left_out() -> None:
    assert PIPELINE.replace("tax", "a.tax").without("price") == ["a.tax"]
    assert PIPELINE.without("price", "tax") == []


def test_a_step_that_is_not_there_is_an_error_with_the_nearest_name() -> None:
    with pytest.raises(ValueError, match="did you mean 'add_tax'"):
        TOTALS_STEPS.after("add_taxes", "a.b")
    with pytest.raises(ValueError, match="there are price, tax"):
        PIPELINE.without("nothing like it")
