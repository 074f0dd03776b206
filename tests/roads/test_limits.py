"""Limits as people write them, with or without units."""

import numpy as np
import pytest

from coopgeo.roads.limits import LIMITS, Unread, quantity, shown


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("max_weight_t", "3500", 3.5),
        ("max_weight_t", "44000", 44),
        ("max_weight_t", "120", 120),
        ("max_weight_t", "7,500 kg", 7.5),
        ("max_weight_t", "3.500 kg", 3.5),
        ("max_weight_t", "12 000 kg", 12),
        ("max_weight_t", "7.500", 7.5),
        ("max_weight_t", "16,535 lbs", 16535 * 0.00045359237),
        ("max_weight_t", "3,5 T", 3.5),
        ("max_weight_t", "3.5 tonnes", 3.5),
        ("max_weight_t", "7t5", 7.5),
        ("max_weight_t", "12 st", 12 * 0.90718474),
        ("max_axle_load_t", "11500", 11.5),
        ("max_height_m", "350", 3.5),
        ("max_height_m", "380 cm", 3.8),
        ("max_height_m", "4100", 4.1),
        ("max_height_m", "4100 mm", 4.1),
        ("max_height_m", "3m50", 3.5),
        ("max_height_m", "3,8", 3.8),
        ("max_height_m", "11’6”", 3.5052),
        ("max_height_m", "13'-6\"", 4.1148),
        ("max_height_m", "12 ft 6 in", 3.81),
        ("max_height_m", "180 in", 4.572),
        ("max_length_m", "1200", 12),
        ("max_width_m", "230", 2.3),
        ("max_speed_kmh", "20 mph", 32.18688),
        ("max_speed_kmh", "10 knots", 18.52),
        ("max_speed_kmh", "FR:zone30", 30),
        ("max_speed_kmh", "DE:zone:30", 30),
        ("max_speed_kmh", "FR:80", 80),
        ("max_speed_kmh", "50;30", 30),
    ],
)
def test_a_limit_is_understood(name, text, value):
    unread = Unread()
    assert quantity(1, name, text, LIMITS[name], unread) == pytest.approx(value)
    assert unread.lines() == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("max_weight_t", "0.001"),
        ("max_weight_t", "9999999"),
        ("max_weight_t", "3.5-4"),
        ("max_height_m", "35"),
        ("max_height_m", "0.2"),
        ("max_height_m", "5 kg"),
        ("max_speed_kmh", "900"),
        ("max_speed_kmh", "50|30"),
    ],
)
def test_what_no_sign_bears_is_reported_and_not_applied(name, text):
    unread = Unread()
    assert quantity(1, name, text, LIMITS[name], unread) == np.inf
    assert unread.lines() == [f"way 1: {name}={text}"]


def test_a_report_is_short_and_on_one_line():
    unread = Unread()
    unread.note("x" * 1000, "maxweight", "heavy\n" * 50_000)
    assert len(unread.lines()[0]) < 200
    assert "\n" not in unread.lines()[0]
    assert shown("a\tb") == "a b"
