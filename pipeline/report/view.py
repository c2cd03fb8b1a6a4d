"""The report in words, as data: what HTML, PDF and mail show alike."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """One figure: the number, how sure it is, over how many, and what must be said of it."""

    label: str
    value: str
    reach: str
    n: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One figure of a table: in the week of the report, and over the half-year."""

    label: str
    in_week: str
    value: str
    reach: str
    n: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseView:
    """One cause: how often, about what, in whose words."""

    label: str
    share: str
    count: str
    more: str
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GapView:
    """The two waits of the same customers, for one band of reach."""

    band: str
    private: str
    public: str
    n: str
    cut_short: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionView:
    """One definition: its share, and what it hides."""

    label: str
    value: str
    n: str
    solved: str
    denied: str
    public: str
    why: str
    left_out: str
    is_ours: bool
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekView:
    """One week behind the chart."""

    week: str
    n: str
    value: str
    reach: str
    limits: str
    signals: str
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Everything that a page of the report says, in words."""

    title: str
    week: str
    company: str
    days: str
    window: str
    as_of: str
    sentence: str
    note: str
    caption: str
    signals: tuple[str, ...]
    numbers: tuple[Number, ...]
    causes: tuple[CauseView, ...]
    causes_said: str
    gaps: tuple[GapView, ...]
    gaps_said: str
    conduct: tuple[Line, ...]
    definitions: tuple[DefinitionView, ...]
    gaming: tuple[Line, ...]
    restated: tuple[str, ...]
    unknown: tuple[str, ...]
    weeks: tuple[WeekView, ...]
    method: tuple[str, ...]
    is_empty: bool
    base_url: str
