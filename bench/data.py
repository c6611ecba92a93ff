"""Accounts, contacts and opportunities of a made-up trading company: the same for both sides."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

Row = dict[str, Any]

REPRESENTATIVES = 20
OPPORTUNITIES_OF_AN_ACCOUNT = 10
BEGAN = datetime(2025, 1, 1, tzinfo=UTC)
FIRST_CLOSE = date(2025, 1, 1)
CLOSE_DAYS = 1_000
BLOCK = 100_000
"""Opportunities that are made up; above that the same ones come again, under other ids."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


CITIES = _words("上海 北京 深圳 广州 杭州 苏州 南京 成都 武汉 重庆 天津 青岛 宁波 无锡 厦门 长沙")
FIRST = "华天宏中金瑞鼎博恒立安德启嘉万东云星同卓海新永正广泰荣盛丰联信利"
SECOND = "信成远科辉丽盛雅通新泰隆明禾里方海辰创越达康凯源翔诚汇智捷航润峰"
TRADES = _words("科技 贸易 实业 电子 机械 物流 食品 建材 医疗 网络 化工 纺织 汽配 包装 能源 环保")
ENGLISH = _words("Acme Global United Pacific Summit Prime Vertex Nova Atlas Delta Orion Falcon")
KINDS = _words("设备采购 年度合同 扩容项目 系统升级 备件订单 新厂配套 服务续约 样品试单")
FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂"
STAGES = (
    ("discovery", 10, 40), ("qualification", 30, 20), ("proposal", 50, 15),
    ("negotiation", 70, 5), ("won", 100, 12), ("lost", 0, 8),
)  # fmt: skip


@dataclass(frozen=True)
class Business:
    """``opportunities`` records, a tenth as many accounts, a contact for each account.

    ``owners`` are the ids of the representatives. Records come out the same every time, and one
    after the other, so that a million needs no memory.
    """

    opportunities: int
    owners: Sequence[str]

    @property
    def accounts(self) -> int:
        return max(1, self.opportunities // OPPORTUNITIES_OF_AN_ACCOUNT)

    def account_rows(self) -> Iterator[Row]:
        dice = random.Random("accounts")
        for number in range(self.accounts):
            yield {
                **self._system("a", number),
                "name": company(dice),
                "phone": f"+86 138-{dice.randrange(10**4):04}-{dice.randrange(10**4):04}",
            }

    def contact_rows(self) -> Iterator[Row]:
        dice = random.Random("contacts")
        for number in range(self.accounts):
            name = dice.choice(FAMILY) + dice.choice(GIVEN) + dice.choice(GIVEN)
            yield {**self._system("c", number), "name": name, "account": record_id("a", number)}

    def opportunity_rows(self) -> Iterator[Row]:
        """The first BLOCK of them."""
        dice = random.Random("opportunities")
        weights = [weight for _, _, weight in STAGES]
        for number in range(min(BLOCK, self.opportunities)):
            account = number % self.accounts
            stage, probability, _ = dice.choices(STAGES, weights)[0]
            amount = Decimal(dice.randrange(1_000, 1_000_000))
            closes = FIRST_CLOSE + timedelta(days=dice.randrange(CLOSE_DAYS))
            closed = stage in ("won", "lost")
            yield {
                **self._system("b", number, account),
                "name": f"{company(dice)}{dice.choice(KINDS)}",
                "account": record_id("a", account),
                "contact": record_id("c", account),
                "type": "new_business",
                "stage": stage,
                "amount": amount,
                "amount_currency": "CNY",
                "amount_base": amount,
                "close_date": closes,
                "probability": probability,
                "forecast": "closed" if stage == "won" else "pipeline",
                "closed_on": closes if closed else None,
                "region": "east",
                "source": "website",
                "need": "Two lines, delivered before the season.",
                "won_reason": "price" if stage == "won" else None,
                "lost_reason": "price" if stage == "lost" else None,
            }

    def repeated(self) -> Iterator[list[tuple[str, str]]]:
        """For each further block the id of each opportunity it repeats, and its own."""
        for start in range(BLOCK, self.opportunities, BLOCK):
            numbers = range(start, min(start + BLOCK, self.opportunities))
            yield [(record_id("b", n - start), record_id("b", n)) for n in numbers]

    def latest(self, count: int) -> Iterator[Row]:
        """The last ``count`` opportunities, no more than BLOCK."""
        first = max(0, self.opportunities - count)
        rows = list(self.opportunity_rows())
        for number in range(first, self.opportunities):
            yield {**rows[number % BLOCK], "id": record_id("b", number)}

    def new_opportunity(self, number: int) -> Row:
        """What a client sends to make one."""
        dice = random.Random(number)
        account = self.account_of_first_owner(number)
        return {
            "name": f"{company(dice)}{dice.choice(KINDS)} {number}",
            "account": record_id("a", account),
            "contact": record_id("c", account),
            "stage": "qualification",
            "amount": f"{dice.randrange(1_000, 1_000_000)}.50",
            "close_date": "2027-03-31",
            "next_step": "Call about delivery",
        }

    def account_of_first_owner(self, number: int) -> int:
        mine = max(1, self.accounts // len(self.owners))
        return (number % mine) * len(self.owners)

    def opportunity_of_first_owner(self, number: int) -> str:
        """An id that the first representative owns."""
        rounds = self.opportunities // self.accounts
        account = self.account_of_first_owner(number)
        return record_id("b", account + self.accounts * (number % rounds))

    def _system(self, kind: str, number: int, owner: int | None = None) -> Row:
        person = self.owners[(number if owner is None else owner) % len(self.owners)]
        at = BEGAN + timedelta(seconds=number)
        return {
            "id": record_id(kind, number), "owner": person, "created_at": at, "created_by": person,
            "updated_at": at, "updated_by": person, "version": 1, "deleted_at": None,
        }  # fmt: skip


def record_id(kind: str, number: int) -> str:
    """A version 7 UUID that rises with ``number``; ``kind`` is one hexadecimal digit."""
    moment = int(BEGAN.timestamp() * 1000) + number * 1000
    text = f"{moment:012x}"
    return f"{text[:8]}-{text[8:]}-7{kind}00-8000-{number:012x}"


def company(dice: random.Random) -> str:
    if dice.random() < 0.2:
        return f"{dice.choice(ENGLISH)} {dice.choice(ENGLISH)} {dice.choice(CITIES)}"
    return (
        dice.choice(CITIES)
        + dice.choice(FIRST)
        + dice.choice(SECOND)
        + dice.choice(TRADES)
        + "有限公司"
    )
