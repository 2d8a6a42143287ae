"""Runs: trainings, pretrainings and indexes as processes of their own, and the folders they write."""

from core.runs.directory import Control, RunDirectory, find_run, list_runs
from core.runs.event_log import EventReader, EventWriter, RunError
from core.runs.following import GrowingView
from core.runs.lifecycle import create_run, delete_run, launch, resume, start_run, wait_until_gone
from core.runs.steering import Change
from core.runs.view import Group, RunView

__all__ = [
    "Change",
    "Control",
    "EventReader",
    "EventWriter",
    "Group",
    "GrowingView",
    "RunDirectory",
    "RunError",
    "RunView",
    "create_run",
    "delete_run",
    "find_run",
    "launch",
    "list_runs",
    "resume",
    "start_run",
    "wait_until_gone",
]
