"""Doubts about coverage are read in the language of whoever reads them, priorities too."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from monitor.promises.doubts.coverage import Loss
from monitor.promises.doubts.coverage_words import CoverageWords


@pytest.mark.django_db
def test_priorities_of_a_doubt_are_no_codes() -> None:
    loss = Loss(None, (), ("low", "urgent"), (), promised_nothing=True)

    assert "(low and urgent)" in CoverageWords().loss(loss)
    with override("he"):
        assert "(נמוכה ודחופה)" in CoverageWords().loss(loss)
