"""The field types, in one visible tuple. A new type is one file here and one line below."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ..definitions import Field
from .address import Address
from .autonumber import Autonumber
from .base import FieldType
from .boolean import Boolean
from .clock import Clock
from .color import Color
from .currency import Currency
from .date import CalendarDate
from .datetime import DateTime
from .decimal import DecimalNumber
from .duration import Duration
from .email import Email
from .file import File, Image
from .formula import Formula
from .integer import Integer
from .json import Json
from .location import Location
from .long_text import LongText
from .lookup import Lookup, Master, MultiLookup
from .percent import Percent
from .person_name import PersonName
from .phone import Phone
from .picklist import MultiPicklist, Picklist
from .rating import Rating
from .rich_text import RichText
from .rollup import Rollup
from .text import Text
from .time import TimeOfDay
from .url import Url
from .user import MultiUser, User

FIELD_TYPES: tuple[FieldType, ...] = (
    Text(),
    LongText(),
    RichText(),
    Integer(),
    DecimalNumber(),
    Currency(),
    Percent(),
    Boolean(),
    CalendarDate(),
    DateTime(),
    TimeOfDay(),
    Duration(),
    Picklist(),
    MultiPicklist(),
    Email(),
    Phone(),
    Url(),
    Lookup(),
    MultiLookup(),
    Master(),
    User(),
    MultiUser(),
    Autonumber(),
    Formula(),
    Rollup(),
    Clock(),
    File(),
    Image(),
    Address(),
    PersonName(),
    Location(),
    Color(),
    Rating(),
    Json(),
)

BY_NAME: Mapping[str, FieldType] = MappingProxyType({each.name: each for each in FIELD_TYPES})


def type_of(field: Field) -> FieldType:
    """The type of ``field``; the schema gate has made sure there is one."""
    return BY_NAME[field.type]
