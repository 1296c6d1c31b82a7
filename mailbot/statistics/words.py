"""The report's codes in words that the public understands."""

from collections.abc import Sequence

TYPES = {
    "missing_exploited_trafficked": "Missing, exploited and trafficked",
    "child_sexual_exploitation": "Child sexual exploitation",
    "criminal_exploitation": "Criminal exploitation",
    "drug_related_harm": "Drug-related harm",
    "modern_day_slavery": "Modern day slavery",
    "community_cohesion": "Community cohesion",
    "anti_social_behaviour": "Anti-social behaviour",
    "organised_crime": "Organised crime",
    "other": "Other",
    "none_stated": "None ticked",
}
HIDDEN = "[c]"
WHY = {
    "released": "this period was released already, and what was released is frozen",
    "own_draft": "whoever made the draft cannot release it: a second person must",
    "not_over": "the draft was made before the period was over: make it again",
    "made_before": "another report was released since: make the draft again, to check it against that",
    "gone": "there is no such draft: make it first",
}


def shown(number: int | None) -> str:
    """A number as it stands in a table."""
    return HIDDEN if number is None else f"{number:,}"


def rules(threshold: int, contributors: int, largest_share: int) -> Sequence[str]:
    """How numbers were protected, a sentence each."""
    few = (
        f"it is below {threshold}, or fewer than {contributors} organisations stand behind it, or one of them"
        f" for more than {largest_share}% of it"
    )
    rounded = (
        "Every number is the true one, rounded to the nearest 5. Totals are rounded from true totals, so they"
        " may differ from the sum of what is shown."
    )
    hidden = (
        f"{HIDDEN} is a number that is not shown, to protect those who wrote: {few}; or because another one"
        " could be worked out from it. Nothing says which."
    )
    return (
        rounded,
        hidden,
        "Nothing is broken down by school, by day or by what came of it.",
    )
