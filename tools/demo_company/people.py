"""The people of the company: who reports to whom, and who looks after which customers."""

from __future__ import annotations

from .tables import Company, Row

PEOPLE = [
    # key and login, name, role, manager, language, zone
    ("ceo", "周敏", "executive", None, "zh", "Asia/Shanghai"),
    ("admin", "Alex Morgan", "administrator", None, "en", "Asia/Shanghai"),
    ("manager", "陈建华", "sales_director", "ceo", "zh", "Asia/Shanghai"),
    ("wang.haifeng", "王海峰", "regional_manager", "manager", "zh", "Asia/Shanghai"),
    ("he.li", "何丽", "regional_manager", "manager", "zh", "Asia/Shanghai"),
    ("daniel.weber", "Daniel Weber", "regional_manager", "manager", "en", "Europe/Berlin"),
    ("rep", "Emily Zhao", "sales_representative", "he.li", "en", "Asia/Shanghai"),
    ("wu.hao", "吴昊", "sales_representative", "he.li", "zh", "Asia/Shanghai"),
    ("li.na", "李娜", "sales_representative", "he.li", "zh", "Asia/Shanghai"),
    ("zhang.wei", "张伟", "sales_representative", "wang.haifeng", "zh", "Asia/Shanghai"),
    ("sun.peng", "孙鹏", "sales_representative", "wang.haifeng", "zh", "Asia/Shanghai"),
    (
        "sophie.martin",
        "Sophie Martin",
        "sales_representative",
        "daniel.weber",
        "en",
        "Europe/Berlin",
    ),
    ("xu.jing", "徐静", "sales_assistant", "he.li", "zh", "Asia/Shanghai"),
    ("zheng.kai", "郑凯", "service", "ceo", "zh", "Asia/Shanghai"),
    ("grace.lee", "Grace Lee", "service", "zheng.kai", "en", "Asia/Singapore"),
    ("ma.lin", "马琳", "finance", "ceo", "zh", "Asia/Shanghai"),
    ("tang.yu", "唐雨", "marketing", "ceo", "zh", "Asia/Shanghai"),
    ("dealer", "高远", "dealer", "he.li", "zh", "Asia/Shanghai"),
]

OWNERS = {
    "east": {"rep": 0.53, "wu.hao": 0.35, "he.li": 0.08, "manager": 0.04},
    "south": {"li.na": 0.92, "he.li": 0.08},
    "central": {"wu.hao": 0.6, "sun.peng": 0.4},
    "north": {"zhang.wei": 0.9, "wang.haifeng": 0.07, "manager": 0.03},
    "west": {"sun.peng": 0.95, "wang.haifeng": 0.05},
    "overseas": {"sophie.martin": 0.7, "rep": 0.15, "daniel.weber": 0.15},
}
SALES = ("rep", "wu.hao", "li.na", "zhang.wei", "sun.peng", "sophie.martin")
SERVICE = {"zheng.kai": 0.55, "grace.lee": 0.45}
DEALER, DEALS_OF_DEALER = "dealer", 6
FINANCE, MARKETING, ASSISTANT = "ma.lin", "tang.yu", "xu.jing"


def users() -> list[Row]:
    """The rows of ``users.json``: nobody has a password here."""
    return [
        {
            "key": login,
            "login": login,
            "name": name,
            "email": f"{login}@starbridge.example.com",
            "role": role,
            "manager": manager,
            "language": language,
            "zone": zone,
        }
        for login, name, role, manager, language, zone in PEOPLE
    ]


def shares(company: Company) -> list[Row]:
    """Deals with dealers that are open to the one among the people, the last of them to work on."""
    dealers = {row["key"] for row in company.of("account") if row["type"] == "dealer"}
    theirs = [row["key"] for row in company.of("opportunity") if row["account"] in dealers]
    chosen = theirs[-DEALS_OF_DEALER:]
    return [
        {
            "key": f"share_{key}",
            "record": key,
            "user": DEALER,
            "level": "edit" if key == chosen[-1] else "read",
        }
        for key in chosen
    ]


def owner_in(company: Company, region: str) -> str:
    owner: str = company.weighted(OWNERS[region])
    return owner


def language_of(login: str) -> str:
    return next(language for key, _, _, _, language, _ in PEOPLE if key == login)
