"""What stands near a place, digests and official words: the one tells days of the other (pure)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from corpus.locators import Locator, Unit
from corpus.spans import outside
from corpus.types import Interval, Provision, Version


class Changes:
    """The days on which the wording of a place changed, as the digests tell.

    On days on which an amending act that is at hand took effect, the act tells, not they.
    """

    def __init__(self, digests: Iterable[Provision], acted: set[date]) -> None:
        self._acted = acted
        self._near: dict[Locator, list[Provision]] = defaultdict(list)
        for provision in digests:
            self._near[provision.locator.root].append(provision)

    def at(self, locator: Locator, *, whole: bool) -> set[date]:
        """Days on which the nearest digest at or above the place changed.

        `whole`: the words below the place belong to its text, and their digests count too.
        """
        near = self._near[locator.root]
        above = [p for p in near if p.locator.covers(locator)]
        nearest = max((len(p.locator.path) for p in above), default=0)
        chosen = [p for p in above if len(p.locator.path) == nearest]
        chosen += [p for p in near if whole and locator.covers(p.locator)]
        days = {
            day
            for provision in chosen
            for version in provision.versions
            for day in (version.valid.start, version.valid.end)
            if day is not None
        }
        return days - self._acted


class Contexts:
    """The headings above a place, as the digests near it have them."""

    def __init__(self, digests: Iterable[Provision]) -> None:
        self._near: dict[Locator, list[Provision]] = defaultdict(list)
        self._of_unit: dict[Unit, set[tuple[str, ...]]] = defaultdict(set)
        for provision in digests:
            self._near[provision.locator.root].append(provision)
            self._of_unit[provision.locator.unit] |= {v.context for v in provision.versions}

    def of(self, place: Locator) -> tuple[str, ...]:
        """Those of the nearest digest; else those that all of its kind share ("Recitals")."""
        near = self._near[place.root]
        above = [provision for provision in near if provision.locator.covers(place)]
        for provision in (*above[-1:], *near[:1]):
            return provision.versions[-1].context
        shared = self._of_unit[place.unit]
        return next(iter(shared)) if len(shared) == 1 else ()


class Cover:
    """On which days official words stand for a digest's place."""

    def __init__(
        self,
        official: Mapping[Locator, Sequence[Version]],
        unknown: Sequence[tuple[Locator, Interval]] = (),
    ) -> None:
        self._exact = official
        self._unknown = unknown
        self._by_root: dict[Locator, list[Locator]] = defaultdict(list)
        for locator in official:
            self._by_root[locator.root].append(locator)

    def of(self, place: Locator) -> list[Interval]:
        """Those of the place itself; else of what stands below it; else of what holds it.

        What stands below does not stand for all of it while some of it is unknown.
        """
        if place in self._exact:
            return [version.valid for version in self._exact[place]]
        below, above = self._near(place)
        if below:
            unknown = [days for other, days in self._unknown if place.covers(other)]
            taken = [version.valid for locator in below for version in self._exact[locator]]
            return [rest for days in taken for rest in outside(days, unknown)]
        return [
            version.valid
            for locator in above
            for version in self._exact[locator]
            if version.searched
        ]

    def heir(self, place: Locator, valid: Interval) -> Locator | None:
        """The official words that stand in the stead of a digest at another place."""
        if place in self._exact:
            return None
        below, above = self._near(place)
        return next(
            (
                locator
                for locator in below or above
                if any(version.valid.overlaps(valid) for version in self._exact[locator])
            ),
            None,
        )

    def _near(self, place: Locator) -> tuple[list[Locator], list[Locator]]:
        """What stands below a place, and the nearest place above it."""
        near = self._by_root.get(place.root, [])
        below = [locator for locator in near if place.covers(locator)]
        above = [locator for locator in near if locator.covers(place)]
        return below, above[-1:]
