"""Packages need packages: versions that fit, an order, circles named, many of them quickly."""

from __future__ import annotations

import time

import pytest

from typecase.metadata.requirements import fits, install_order, problems_of_requirements
from typecase.metadata.sources import PackageSource


def a_package(name: str, version: str = "1.0.0", **requires: str) -> PackageSource:
    return PackageSource({"name": name, "version": version, "requires": requires})


FITTING = [
    ("1.4.0", ">=1.0,<2", True),
    ("2.0.0", ">=1.0,<2", False),
    ("1.10.0", ">1.9", True),
    ("1.9.9", ">1.9", True),
    ("1.9.0", ">1.9", False),
    ("1.0.0", "==1", True),
    ("1.0.1", "==1", False),
    ("0.1.0", "*", True),
    ("1.2.3", "<= 1.2.3", True),
]


@pytest.mark.parametrize(("version", "wanted", "fit"), FITTING)
def test_ranges(version: str, wanted: str, fit: bool) -> None:
    assert fits(version, wanted) is fit


def test_each_package_comes_after_those_it_requires() -> None:
    packages = [a_package("a", b="*"), a_package("b", c="*"), a_package("c"), a_package("d", c="*")]
    assert [each.name for each in install_order(packages)] == ["c", "b", "a", "d"]


def test_circles_are_named() -> None:
    packages = [a_package("a", b="*"), a_package("b", c="*"), a_package("c", a="*")]
    (problem,) = problems_of_requirements(packages)
    assert problem.text() == "These packages need each other in a circle: a → b → c → a."


def test_a_package_twice_and_two_bases() -> None:
    base = PackageSource({"name": "a", "version": "1.0.0", "base": True})
    other = PackageSource({"name": "b", "version": "1.0.0", "base": True})
    assert [each.text() for each in problems_of_requirements([base, other, base])] == [
        "The package a is here twice.",
        "Only one package may go without a prefix.",
        "Only one package may go without a prefix.",
    ]


def test_a_prefix_has_one_owner() -> None:
    packages = [
        PackageSource({"name": name, "version": "1.0.0", "prefix": "rp"}) for name in ("a", "b")
    ]
    (problem,) = problems_of_requirements(packages)
    assert problem.text() == "The prefix rp belongs to the package a."


def test_three_hundred_packages_in_diamonds() -> None:
    packages = [a_package("p0")]
    for index in range(1, 300):
        requires = {f"p{other}": ">=1" for other in range(max(0, index - 3), index)}
        packages.append(a_package(f"p{index}", **requires))
    began = time.process_time()
    assert problems_of_requirements(packages) == []
    assert [each.name for each in install_order(packages[::-1])] == [e.name for e in packages]
    assert time.process_time() - began < 2
