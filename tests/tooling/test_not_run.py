"""A test whose need is missing is neither run nor skipped: the end of the run lists it."""

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]
ROOT = Path(__file__).resolve().parents[2]
SUITE = """
    import pytest

    def test_needs_nothing(): pass

    @pytest.mark.postgresql
    @pytest.mark.parametrize("n", [1, 2])
    def test_locks(n): pass

    @pytest.mark.redis
    def test_queue(): pass

    def test_large(shared_data): assert shared_data.is_dir()
"""


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("NEXUS_TEST_DATABASE_URL", "sqlite://:memory:")
    monkeypatch.setenv("NEXUS_SHARED_DATA", str(pytester.path / "absent"))
    monkeypatch.delenv("REDIS_URL", raising=False)
    pytester.makeconftest((ROOT / "tests" / "conftest.py").read_text(encoding="utf-8"))
    pytester.makepyfile(SUITE)
    pytester.makeini(
        "[pytest]\nDJANGO_SETTINGS_MODULE = tests.hosts.default.settings\nmarkers =\n  postgresql: x\n  redis: x\n"
    )
    return pytester


@pytest.mark.parametrize("processes", ["0", "2"])
def test_each_missing_need_is_named_with_its_tests(suite, processes):
    result = suite.runpytest_subprocess("--numprocesses", processes)

    result.assert_outcomes(passed=1, deselected=4 if processes == "0" else 0)
    result.stdout.fnmatch_lines_random(
        [
            "*not run here, for want of a PostgreSQL database: 2 -*",
            "*::test_locks (2 cases)",
            "*not run here, for want of REDIS_URL: 1 -*",
            "*::test_queue",
            "*not run here, for want of the shared data folder: 1 -*",
            "*::test_large",
        ]
    )


def test_a_need_that_is_met_lets_the_test_run(suite, monkeypatch):
    (suite.path / "absent").mkdir()
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1")

    suite.runpytest_subprocess("--numprocesses", "0").assert_outcomes(passed=3, deselected=2)
