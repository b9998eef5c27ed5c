import pytest

from nexus_commerce.core.state import Flow, IllegalTransition

LAMP = Flow.of("lamp", "off", {"off": ["on"], "on": ["off", "broken"]})


def test_a_state_follows_only_where_the_flow_says_so() -> None:
    LAMP.check("off", "on")
    with pytest.raises(IllegalTransition, match="lamp: 'off' cannot become 'broken'") as caught:
        LAMP.check("off", "broken")
    assert (caught.value.flow, caught.value.current, caught.value.wanted) == ("lamp", "off", "broken")


@pytest.mark.parametrize(("current", "wanted"), [("broken", "off"), ("melted", "off"), ("on", "on")])
def test_final_and_unknown_states_lead_nowhere(current: str, wanted: str) -> None:
    with pytest.raises(IllegalTransition):
        LAMP.check(current, wanted)


def test_a_host_adds_states_and_takes_none_away() -> None:
    extended = LAMP.extended({"on": ["dimmed"], "dimmed": ["on"]})
    extended.check("on", "dimmed")
    extended.check("dimmed", "on")
    extended.check("on", "broken")
    assert extended.states == {"off", "on", "broken", "dimmed"}
    assert "dimmed" not in LAMP.states
