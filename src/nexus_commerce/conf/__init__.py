"""The settings of nexus_commerce: every key of the one dict ``NEXUS_COMMERCE``."""

from nexus_commerce.conf.kinds import Backend, BadSetting, LazyClasses
from nexus_commerce.conf.lazy import NexusSettings, nexus_settings
from nexus_commerce.conf.table import API_CLASSES, SETTINGS, Kind, Setting

__all__ = [
    "API_CLASSES",
    "SETTINGS",
    "Backend",
    "BadSetting",
    "Kind",
    "LazyClasses",
    "NexusSettings",
    "Setting",
    "nexus_settings",
]
