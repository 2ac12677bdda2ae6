"""A sort of tool, before a prompt lists it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """A sort of tool: alternatives for everything said about it."""

    key: str
    names: list[str]
    descriptions: list[str]
    arguments: list[str]
    asks: list[str]
    results: list[str]
    answer: str
    knows: bool = False
