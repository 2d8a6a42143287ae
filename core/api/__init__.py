"""What the app, the command line and the engine say to each other: `api.Neighbors` is answered by `api.NeighborList`.

Every public name of the modules is one of the room's (mypy's `implicit_reexport` for it): no list of them to keep.
"""

from core.api.errors import *
from core.api.explanations import *
from core.api.files import *
from core.api.language import *
from core.api.lines import *
from core.api.parts import *
from core.api.pictures import *
from core.api.prompts import *
from core.api.texts import *
from core.api.words import *
