"""The desk's rules and its writer, as the configuration has them."""

from mailbot.config import Config
from mailbot.training.compose import Writer
from mailbot.training.desk import Office
from mailbot.training.shapes import Rules


def office_of(config: Config) -> Office:
    """Who writes, and by which rules."""
    training = config.training
    writer = Writer(
        sender=config.acknowledge.sender,
        reply_to=training.reply_to,
        contacts=training.mash,
        site=config.mailbot.templates,
    )
    rules = Rules(
        per_sender_day=training.per_sender_day,
        keep_months=training.keep_months,
        again_months=training.again_months,
        remind_days=training.remind_days,
        remind_at=training.remind_at,
    )
    return Office(writer, rules)
