"An address of version 0.1; its names are elsewhere now."
from . import moved

__getattr__ = moved('zero_shot')
