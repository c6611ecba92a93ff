"""What people ask and report in free words."""

from __future__ import annotations

from decimal import Decimal

from .tables import Company, day, moment

# who, subject, kind, what it costs, written on, status, text
MEMOS = (
    ("rep", "Stand at the packaging fair in Hamburg", "request", 46000, -96, "agreed",
     "<p>Three days in hall 4, twelve square metres. Two customers of ours are there, too.</p>"),
    ("li.na", "华南区增配两台演示用标签打印机", "request", 17200, -41, "agreed",
     "<p>演示机长期借出，每周约有三家客户等待试用。建议增配两台，由深圳办公室统一登记。</p>"),
    ("zhang.wei", "苏州项目延期情况汇报", "report", None, -18, "agreed",
     "<p>客户厂房验收推迟三周，安装相应顺延，合同金额不变。</p>"),
    ("sun.peng", "年末客户答谢会方案", "request", 28000, -3, "draft",
     "<p>拟邀请四十家客户，地点待定。费用含场地与礼品。</p>"),
    ("rep", "What we lost to cheaper labels this quarter", "report", None, -1, "draft",
     "<p>Four tenders, each by less than six percent. The list is attached.</p>"),
)  # fmt: skip


def add_memos(company: Company) -> None:
    for number, (who, subject, kind, cost, on, status, text) in enumerate(MEMOS, 1):
        company.add(
            "memo",
            f"memo{number:02d}",
            owner=who,
            name=subject,
            created_at=moment(on, 11),
            kind=kind,
            amount=Decimal(cost) if cost else None,
            wanted_by=day(on + 7),
            body=text,
            status=status,
        )
