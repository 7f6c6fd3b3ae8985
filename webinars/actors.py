"""Who did something: an account, and the name it had then."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Composite, composite, mapped_column

LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Actor:
    """An organiser by the id of the account, with the name as it was then; no id: a command, or nobody knows any more."""

    id: int | None
    name: str

    def is_same_as(self, other: "Actor") -> bool:
        """Whether both are one account; by name where one of them has no id, as in rows of before."""
        if self.id is None or other.id is None:
            return self.name == other.name
        return self.id == other.id


def acted(what: str, *, is_optional: bool = False, longest: int = LONGEST_NAME) -> Composite[Any]:
    """The two columns of what is annotated as Actor, `<what>_id` and `<what>_name`; an account that is deleted leaves the name.

    No index: no page asks by actor, accounts are disabled and not deleted, and each line of a report would pay for it.
    """
    named = CheckConstraint(f"{what}_id IS NULL OR {what}_name IS NOT NULL", name=f"{what}_named")
    account = ForeignKey("organiser.id", ondelete="SET NULL")
    return composite(
        mapped_column(f"{what}_id", account, *([named] if is_optional else []), nullable=True),
        mapped_column(f"{what}_name", String(longest), nullable=is_optional),
    )


VISITOR = Actor(None, "visitor")  # whoever comes by a public page or a personal link
OPERATOR = Actor(None, "operator")  # whoever runs commands on the instance


def columns_of(**acts: Actor) -> dict[str, int | str | None]:
    """The columns of actors for a statement on tables, where `acted` is not known."""
    ids = {f"{what}_id": actor.id for what, actor in acts.items()}
    return ids | {f"{what}_name": actor.name for what, actor in acts.items()}
