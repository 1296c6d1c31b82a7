"""
The configuration: frozen, loud about mistakes, silent about secrets.

`shapes` says what may stand in the file, `checks` what must hold between settings, `advice` what is worth a
sentence; `load` reads it, `secret` fetches a secret where it is used.

GUARANTEES
    A misspelt key, a bad value, a missing secret or an unsafe adapter in production is one `ConfigError`
    that names the setting as it stands in the file, and the line. No value is ever quoted.
"""

from mailbot.config.advice import advice
from mailbot.config.basis import Relay, Section, Tls
from mailbot.config.derived import console_url, database_url, keys_folder
from mailbot.config.load import DEFAULTS, find, load
from mailbot.config.partners import Directory, Partner, load_partners, parents
from mailbot.config.retention import Retention
from mailbot.config.secret import read_secret, require_secrets, secret
from mailbot.config.shapes import (
    AckLimits,
    Acknowledge,
    Config,
    Console,
    Database,
    Desks,
    Duty,
    Engine,
    Ews,
    General,
    InternalMail,
    Mailbox,
    MashContact,
    Network,
    OAuth,
    Report,
    Review,
    Sandbox,
    Scanner,
    SignIn,
    SourceRules,
)
from mailbot.config.watch_shapes import AlertMail, CanaryMail, Watch, Webhook

__all__ = [
    "DEFAULTS",
    "AckLimits",
    "Acknowledge",
    "AlertMail",
    "CanaryMail",
    "Config",
    "Console",
    "Database",
    "Desks",
    "Directory",
    "Duty",
    "Engine",
    "Ews",
    "General",
    "InternalMail",
    "Mailbox",
    "MashContact",
    "Network",
    "OAuth",
    "Partner",
    "Relay",
    "Report",
    "Retention",
    "Review",
    "Sandbox",
    "Scanner",
    "Section",
    "SignIn",
    "SourceRules",
    "Tls",
    "Training",
    "Watch",
    "Webhook",
    "advice",
    "console_url",
    "database_url",
    "find",
    "keys_folder",
    "load",
    "load_partners",
    "parents",
    "read_secret",
    "require_secrets",
    "secret",
]
