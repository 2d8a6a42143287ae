"""What a run is asked to do: plain dataclasses that travel in run.json and print as commands. Imports nothing heavy.

Outside this room everything is imported from here.
"""

from core.jobs.commands import ForeignJob, command, from_json, to_json
from core.jobs.kinds import KINDS, PHASES, Draws, Group, Job, JobKind, Keeps, kind_of
from core.jobs.ladder_lists import parse_budgets, select_eras, select_reported
from core.jobs.measuring import MORE_SEEDS, MORE_SEEDS_AT, SEEDS, IndexJob, LadderJob, ReportJob
from core.jobs.naming import BOTH, DATA_NAMES, DEFAULT_DATA, MASKED, NO_DATA
from core.jobs.options import Declared, Option, options_of, split_list
from core.jobs.pretraining import (
    LANGUAGE_MODEL_PRESETS,
    MASKED_PRESETS,
    VECTORS,
    GloveJob,
    LanguageModelJob,
    MaskedJob,
    Pretraining,
    PretrainJob,
    VectorsJob,
    going_on,
)
from core.jobs.training import TUNINGS, Part, Schedule, TrainJob, Tuning, parts, schedule, unused

__all__ = [
    "BOTH",
    "DATA_NAMES",
    "DEFAULT_DATA",
    "KINDS",
    "LANGUAGE_MODEL_PRESETS",
    "MASKED",
    "MASKED_PRESETS",
    "MORE_SEEDS",
    "MORE_SEEDS_AT",
    "NO_DATA",
    "PHASES",
    "SEEDS",
    "TUNINGS",
    "VECTORS",
    "Declared",
    "Draws",
    "ForeignJob",
    "GloveJob",
    "Group",
    "IndexJob",
    "Job",
    "JobKind",
    "Keeps",
    "LadderJob",
    "LanguageModelJob",
    "MaskedJob",
    "Option",
    "Part",
    "PretrainJob",
    "Pretraining",
    "ReportJob",
    "Schedule",
    "TrainJob",
    "Tuning",
    "VectorsJob",
    "command",
    "from_json",
    "going_on",
    "kind_of",
    "options_of",
    "parse_budgets",
    "parts",
    "schedule",
    "select_eras",
    "select_reported",
    "split_list",
    "to_json",
    "unused",
]
