"""What somebody without a mouse does: Tab until it is reached, and press."""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page

MOST = 500  # presses, before somebody is lost
# Everything that the Tab key must reach: of a group of radio buttons, one. What is shown alone counts.
_SETTING = """
async () => {
  const drawn = () => new Promise(requestAnimationFrame)
  await drawn()  // the bar becomes a menu after the window has become narrow
  await drawn()
  const kinds = 'a[href], button, input, select, textarea, summary, [tabindex="0"]'
  const all = [...document.querySelectorAll(kinds)]
  window.tabbable = all.filter(one => one.type !== 'hidden' && !one.disabled && one.tabIndex >= 0
    && one.checkVisibility({visibilityProperty: true}))
  window.groups = new Map(window.tabbable.map(one => [one, one.type === 'radio' ? one.name : one]))
  window.scrollTo(0, 0)
  window.tabbable[0].focus()
  return new Set(window.groups.values()).size
}
"""
_REACHED = """
() => {
  const here = document.activeElement
  const box = here.getBoundingClientRect()
  const shown = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth
  const names = [...new Set(window.groups.values())]
  const words = (here.innerText || here.name || here.id || here.tagName).slice(0, 60)
  return [names.indexOf(window.groups.get(here)), shown, words]
}
"""


@dataclass(frozen=True)
class Way:
    """A walk through a page with the Tab key."""

    wanted: int
    reached: frozenset[int]
    hidden: tuple[str, ...]  # what had the focus and was not to be seen


def walk(page: Page) -> Way:
    """From the top to the end."""
    wanted = int(page.evaluate(_SETTING))
    reached, last = {0}, 0
    hidden: list[str] = []
    for _ in range(MOST):
        page.keyboard.press("Tab")
        number, shown, words = page.evaluate(_REACHED)
        if number == last:  # a field of several places, as one for a date is
            continue
        if number < 0 or number in reached:
            break
        last = number
        reached.add(number)
        if not shown:
            hidden.append(words)
    return Way(wanted, frozenset(reached), tuple(hidden))


def reach(page: Page, wanted: Locator) -> None:
    """Tab until it has the focus; of radio buttons, until the group has."""
    name = wanted.get_attribute("name") if wanted.get_attribute("type") == "radio" else None
    for _ in range(MOST):
        page.keyboard.press("Tab")
        here = page.evaluate("[document.activeElement.type, document.activeElement.name]")
        if name is not None and here == ["radio", name]:
            return
        if wanted.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"the Tab key does not lead to {wanted}")


def press(page: Page, wanted: Locator) -> None:
    """A button or a link."""
    reach(page, wanted)
    page.keyboard.press("Enter")


def choose(page: Page, wanted: Locator) -> None:
    """A radio button, by the arrows; a box, by Space."""
    reach(page, wanted)
    if wanted.get_attribute("type") == "checkbox":
        page.keyboard.press("Space")
        return
    page.keyboard.press("Space")
    for _ in range(MOST):
        if wanted.is_checked():
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"the arrows do not lead to {wanted}")
