"""
The window: the review console, in a browser.

`app` puts it together, `routes` says how a page is declared and `guards` lets people in, `pages/` are the
pages, one file for each subject. `accounts`, `credentials`, `sessions` and `throttle` know who somebody is.

GUARANTEES
    A page works without JavaScript. A route names the permission that it needs, or it is not reachable.
SECURITY
    Nothing a stranger wrote is ever markup: templates escape everything, the policy of the browser allows no
    script and no style but our own two files. Nothing is kept by a browser or a proxy (`no-store`).
"""
