"""The word lists: names of companies, people and places, in Chinese and in English.

Companies, people and numbers are invented. Domains end in ``.example.com``, mobile numbers use a
block nobody has, telephone numbers abroad come from ranges kept for fiction.
"""

from __future__ import annotations

from .tables import read

TEXTS = read("words")

CITIES = TEXTS["cities"]
"""Region → city, telephone code, latitude, longitude, district, streets."""
PROVINCES = TEXTS["provinces"]
ABROAD = TEXTS["abroad"]
"""Country, city, telephone prefix, latitude, longitude, endings of company names, streets."""
ABROAD_NAMES = TEXTS["abroad_names"]
BRAND_FIRST, BRAND_LAST = TEXTS["brand_first"], TEXTS["brand_last"]
"""A Chinese company's short name is made of two characters, each with its pinyin."""
BUSINESS = {(industry, sub): names for industry, sub, names in TEXTS["business"]}
SURNAMES, GIVEN = TEXTS["surnames"], TEXTS["given"]
FIRST_NAMES, LAST_NAMES = TEXTS["first_names"], TEXTS["last_names"]
TITLES = TEXTS["titles"]
"""Language → title, department, role in decisions."""
