"""The guards of the tests themselves: what lacks is skipped, and fails where nothing may be skipped."""

import conftest
import pytest


def test_what_is_there_is_not_skipped():
    conftest.needs(present=True, what="a browser")


@pytest.mark.parametrize(("no_skip", "raised"), [(True, pytest.fail.Exception), (False, pytest.skip.Exception)])
def test_what_lacks_fails_where_nothing_may_be_skipped(monkeypatch, no_skip, raised):
    monkeypatch.setattr(conftest, "NO_SKIP", no_skip)
    with pytest.raises(raised, match="a browser is lacking"):
        conftest.needs(present=False, what="a browser")


def test_a_broken_link_to_the_shared_folder_fails(monkeypatch, tmp_path, request):
    link = tmp_path / "shared"
    link.symlink_to(tmp_path / "gone")
    monkeypatch.setattr(conftest, "SHARED", link)
    with pytest.raises(AssertionError, match="holds no bench"):
        request.getfixturevalue("shared")


def test_without_the_shared_folder_its_tests_skip(monkeypatch, tmp_path, request):
    monkeypatch.setattr(conftest, "SHARED", tmp_path / "nowhere")
    with pytest.raises(pytest.skip.Exception):
        request.getfixturevalue("shared")


@pytest.mark.parametrize(("no_skip", "there", "outcome"), [(1, 1, "failed"), (0, 1, "skipped"), (1, 0, "skipped")])
def test_a_skipped_test_has_failed_where_everything_is_there(monkeypatch, tmp_path, no_skip, there, outcome):
    monkeypatch.setattr(conftest, "NO_SKIP", bool(no_skip))
    monkeypatch.setattr(conftest, "SHARED", tmp_path if there else tmp_path / "nowhere")
    report = pytest.TestReport("a", ("a", 1, "a"), {}, "skipped", ("a", 1, "Skipped: no reason"), "call")
    assert conftest.unless_it_skips(report).outcome == outcome
