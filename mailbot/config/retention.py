"""The table [retention]; part of `shapes`."""

from mailbot.config.basis import Positive, Section


class Retention(Section, frozen=True):
    """[retention]; days from the receipt, or from the decision about an acknowledgement"""

    law_enforcement_days: Positive = 2190
    automatic_days: Positive = 90
    acknowledgement_days: Positive = 90  # the address; that one was sent is kept with the message
