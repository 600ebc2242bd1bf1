"""What it took to compute a value, so that who takes it over knows all that who computed it did."""

from dataclasses import dataclass, field


@dataclass(eq=False)
class Bill:
    """The work, the branches that were taken, what was found idle; and the bills of the values it is made of."""

    work: int = 0
    fired: list[tuple[bool, int, int]] = field(default_factory=list)  # at the boundary?, the node, the branch
    idle: list[str] = field(default_factory=list)
    parts: list["Bill"] = field(default_factory=list)
