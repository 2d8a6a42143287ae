"""What a run is asked to do: plain dataclasses that travel in run.json and print as commands. Imports nothing heavy.

Outside this room everything is imported from here.
"""

from core.jobs.commands import RetiredOption, command, from_json, to_json
from core.jobs.kinds import KINDS, PHASES, Draws, Group, Job, JobKind, Keeps, kind_of
from core.jobs.measuring import IndexJob, LadderJob
from core.jobs.naming import DEFAULT_DATA, NO_DATA
from core.jobs.pretraining import (
    LANGUAGE_MODEL_PRESETS,
    MASKED_PRESETS,
    VECTORS,
    GloveJob,
    LanguageModelJob,
    MaskedJob,
    PretrainJob,
    VectorsJob,
)
from core.jobs.training import TUNINGS, Schedule, TrainJob, Tuning, schedule, unused

__all__ = [
    "DEFAULT_DATA",
    "KINDS",
    "LANGUAGE_MODEL_PRESETS",
    "MASKED_PRESETS",
    "NO_DATA",
    "PHASES",
    "TUNINGS",
    "VECTORS",
    "Draws",
    "GloveJob",
    "Group",
    "IndexJob",
    "Job",
    "JobKind",
    "Keeps",
    "LadderJob",
    "LanguageModelJob",
    "MaskedJob",
    "PretrainJob",
    "RetiredOption",
    "Schedule",
    "TrainJob",
    "Tuning",
    "VectorsJob",
    "command",
    "from_json",
    "kind_of",
    "schedule",
    "to_json",
    "unused",
]
