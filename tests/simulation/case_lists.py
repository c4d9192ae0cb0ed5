"""Scenarios that begin with a case list."""

from datetime import timedelta

from data import ListedCase, PostPlan


def with_list(scenario, post):
    """*scenario* with one youth of 17 and the *post*, by its name, that has her."""
    case = ListedCase(
        "2026-014",
        birthday=scenario.start - timedelta(days=17 * 365),
        referral=scenario.start - timedelta(days=90),
        coordinator=post,
    )
    return scenario.replace(posts=(PostPlan(post, 37.0),), cases=(case,))
