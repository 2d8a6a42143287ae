"""Who is asked in Words: the app's model, or, in its place, something that is only pretrained."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tui.asked import Subject, pretrained, subject_of, subjects_of

if TYPE_CHECKING:
    from tui.app import NlpTui
    from tui.lineup import Contender


class Respondent:
    """Follows the app's model. `pretrained` is what can be asked beside the eras' models."""

    def __init__(self, nlp: NlpTui) -> None:
        self._nlp = nlp
        self._alone = ""
        self.pretrained: list[Subject] = []

    @property
    def alone(self) -> bool:
        """Whether something that is only pretrained is asked."""
        return bool(self._alone)

    @property
    def contender(self) -> Contender | None:
        """The app's model's line of the comparison."""
        return next((c for c in self._nlp.contenders if c.key == self._nlp.current_model), None)

    @property
    def subject(self) -> Subject | None:
        """Who is asked; None where the app's model is not there."""
        if self._alone:
            return next((subject for subject in self.pretrained if subject.spec == self._alone), None)
        contender = self.contender
        return subject_of(contender) if contender else None

    @property
    def reader(self) -> Subject | None:
        """The classifier whose tokens and colours are shown."""
        contender = self.contender
        others = [contender] if contender and contender.spec else self._nlp.contenders
        return next((subject for each in others if each and (subject := subject_of(each))), None)

    async def look(self) -> None:
        """Find out what is pretrained."""
        catalog = self._nlp.catalog
        directions = await asyncio.to_thread(catalog.language_models)
        vectors = await asyncio.to_thread(catalog.vectors)
        transformers = await asyncio.to_thread(catalog.transformers)
        self.pretrained = pretrained(directions, vectors, transformers)

    def follow(self) -> None:
        """The app's model is asked again."""
        self._alone = ""

    def step(self, step: int) -> Subject | None:
        """The next that can answer: the eras' and added models, then what is only pretrained; None where none can."""
        subjects = [*subjects_of(self._nlp.contenders), *self.pretrained]
        if not subjects:
            return None
        here = next((n for n, each in enumerate(subjects) if each == self.subject), -min(step, 0) - 1)
        chosen = subjects[(here + step) % len(subjects)]
        self._alone = "" if chosen.key else chosen.spec
        return chosen
